import { whyNotLoaded } from "../../../../neuroglancer/on_demand/cannot_load.js";
import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { SandboxSource } from "../frontend.js";
import type { SandboxContext } from "../sandbox_context.js";
import { tell } from "../../ui/tell.js";

const loadImport = () =>
  import(/* webpackChunkName: "exchange" */ "./import_dialog.js");
const loadExport = () =>
  import(/* webpackChunkName: "exchange" */ "./export_dialog.js");

/** Loads the import and the export, and the worker that reads files. */
export async function loadExchange(): Promise<void> {
  const [{ loadWorker }] = await Promise.all([
    import(/* webpackChunkName: "exchange" */ "./import_client.js"),
    loadImport(),
    loadExport(),
  ]);
  await loadWorker();
}

/** Opens the import with these files, or with the choice of one. */
export async function importMarks(
  context: SandboxContext,
  files: readonly File[] = [],
): Promise<void> {
  const source = await sandboxOf(context, "import");
  if (source === undefined) return;
  try {
    const { ImportDialog } = await loadImport();
    new ImportDialog(source, context.store).open(files);
  } catch (error) {
    sayNotOpened("import", error);
  }
}

/** Opens the export of the sandbox in view. */
export async function exportMarks(context: SandboxContext): Promise<void> {
  const source = await sandboxOf(context, "export");
  if (source === undefined) return;
  try {
    const { ExportDialog } = await loadExport();
    new ExportDialog(source, context.store).open();
  } catch (error) {
    sayNotOpened("export", error);
  }
}

/** The sandbox in view, in a marks layer that is added where there is none. */
async function sandboxOf(
  context: SandboxContext,
  act: string,
): Promise<SandboxSource | undefined> {
  const layer = context.layer ?? context.addLayer();
  if (layer === undefined) {
    tell(
      `There is no dataset here whose marks you could ${act}. Open one first.`,
    );
    return undefined;
  }
  try {
    await layer.loaded();
    return layer.sandboxSource;
  } catch (error) {
    new StatusMessage().setErrorMessage(
      `You cannot ${act} marks now: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

function sayNotOpened(act: string, error: unknown): void {
  console.warn(`Clio could not open the ${act}:`, error);
  new StatusMessage().setErrorMessage(
    `The ${act} could not be opened, and your marks are as they were: ${whyNotLoaded(error)}`,
  );
}
