import type { AnnotationRecord } from "../../model/annotation.js";
import { VirtualTable } from "../../ui/virtual_table.js";
import { formContext } from "../details/testing/form_context.js";
import { OpenMark } from "./open_mark.js";

const record: AnnotationRecord = {
  id: "00000000-0000-4000-8000-000000000001",
  kind: "point",
  position: [1, 2, 3],
  description: "as it was selected",
  tags: [],
  checked: false,
  user: "local",
  created: 1,
  modified: 1,
};

describe("the form of the selected mark", () => {
  let table: VirtualTable<AnnotationRecord>;
  let open: OpenMark;

  beforeEach(() => {
    table = new VirtualTable<AnnotationRecord>({
      label: "Marks",
      columns: [],
      source: { count: 1, rows: () => Promise.resolve([record]) },
      isChosen: () => false,
      activated: () => undefined,
      entered: () => undefined,
      sort: () => undefined,
      resized: () => undefined,
      failed: fail,
    });
    document.body.append(table.element);
    open = new OpenMark(table, formContext());
    jasmine.clock().install();
  });

  afterEach(() => {
    jasmine.clock().uninstall();
    open.dispose();
    table.dispose();
  });

  function described(): string | undefined {
    return table.element.querySelector("textarea")?.value;
  }

  it("opens after a moment, with what has become of the mark since it was selected", () => {
    open.openSoon(record);
    open.update({ ...record, description: "as it is now" });
    expect(described()).toBeUndefined();
    jasmine.clock().tick(1000);
    expect(described()).toBe("as it is now");
    open.update({ ...record, description: "and later" });
    expect(described()).toBe("and later");
  });

  it("does not open once another mark was passed to, nor shows what has become of another one", () => {
    open.openSoon(record);
    open.closeOther("00000000-0000-4000-8000-000000000002");
    jasmine.clock().tick(1000);
    expect(described()).toBeUndefined();
    open.openSoon(record);
    open.update({
      ...record,
      id: "00000000-0000-4000-8000-000000000002",
      description: "another",
    });
    jasmine.clock().tick(1000);
    expect(described()).toBe("as it was selected");
  });
});
