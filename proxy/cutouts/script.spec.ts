import { writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { withParameters } from "../../src/clio/model/python_script.js";
import { anyText } from "../../src/clio/model/testing/records.js";
import { hashOf } from "../identity/tokens.js";
import { runs } from "../testing/counts.js";
import { startServer } from "../testing/server_fixture.js";
import { cutoutFiles } from "./testing/cutout_volumes.js";
import {
  ScriptFixture,
  template,
  templateFile,
} from "./testing/script_fixture.js";

describe("The script that opens a place in napari", () => {
  let fixture: ScriptFixture;
  beforeAll(async () => (fixture = await ScriptFixture.start()));
  afterAll(() => fixture.server.close());
  beforeEach(() => fixture.begin());
  afterEach(() => fixture.end());

  it("compiles as it lies here, and says what it is without parameters", async () => {
    const check = `import ast, sys; ast.parse(open(sys.argv[1], encoding="utf-8").read())`;
    expect((await fixture.run(["-c", check, templateFile])).code).toBe(0);
    const { code, stderr } = await fixture.run([templateFile]);
    expect(code).toBe(1);
    expect(stderr).toContain("get the script itself in Clio's viewer");
  });

  it("gets its parameters as they are, whatever texts are in them", async () => {
    const texts = fc.oneof(
      anyText(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        '"""\nimport os',
        "'); raise SystemExit #",
        "\\",
        "\\u0022",
        "$& $1 $$",
        "\u2028\u0085\0",
        "\ud83e\udde0",
      ),
    );
    const samples = fc.sample(
      fc.dictionary(texts, fc.oneof(texts, fc.array(texts))),
      runs(200, 10_000),
    );
    const files = samples.map((sample) => withParameters(template, sample));
    const line = /^PARAMETERS = .*$/m;
    // Nothing but that line is another.
    for (const file of files)
      expect(file.replace(line, "")).toBe(template.replace(line, ""));
    const script = path.join(fixture.folder, "lines.py");
    writeFileSync(
      script,
      [
        "import json",
        ...files.flatMap((file) => [
          line.exec(file)![0],
          "print(json.dumps(PARAMETERS))",
        ]),
      ].join("\n"),
    );
    const { code, stdout, stderr } = await fixture.run([script]);
    expect(code).withContext(stderr).toBe(0);
    const read = stdout.trimEnd().split("\n");
    expect(read.map((each) => JSON.parse(each) as object)).toEqual(
      // As JSON has them: a dictionary of fast-check has no prototype.
      samples.map((each) => JSON.parse(JSON.stringify(each)) as object),
    );
  }, 120_000);

  it("says in a sentence what is wrong", async () => {
    const filled = await fixture.parameters();
    const saved = path.join(fixture.folder, "saved");
    const ending = async (changed: object) => {
      const script = fixture.write({ ...filled, ...changed });
      const args = [script, "--save", saved, "--attempts", "1"];
      const { code, stderr } = await fixture.run(args);
      expect(code).toBe(1);
      expect(stderr).not.toContain("Traceback");
      return stderr;
    };
    expect(await ending({ server: "http://127.0.0.1:9" })).toContain(
      "does not answer",
    );
    expect(await ending({ dataset: "other" })).toContain(
      "Clio's server refuses",
    );
    expect(await ending({ token: "no-token" })).toContain(
      "no longer good. Get the script again",
    );
    const late = "late-token";
    await fixture.server.storage.write((writer) =>
      writer.addToken({
        ...{ id: late, hash: hashOf(late), user: "local", name: "late" },
        ...{ created: 1, expires: 2, scope: "napari:cut" },
      }),
    );
    expect(await ending({ token: late })).toContain(
      "no longer good. Get the script again",
    );
    const small = await startServer(cutoutFiles("cut"), {
      cutouts: { megabytes: 1 },
    });
    const origin = `http://127.0.0.1:${small.port}`;
    expect(await ending({ server: origin, token: "" })).toContain(
      "the limit is 1 MiB",
    );
    await small.close();
  });
});
