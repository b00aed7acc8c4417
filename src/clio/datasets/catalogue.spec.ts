import { NO_VOCABULARY } from "../model/fields.js";
import { Catalogue, CatalogueError } from "./catalogue.js";
import { threeJson } from "./example.fixture.js";

/** A catalogue whose server gives these answers in turn, the last one again and again; `asked` are the addresses. */
function catalogueOf(...answers: (() => Response | Promise<Response>)[]) {
  const asked: string[] = [];
  const catalogue = new Catalogue((url) => {
    asked.push(url);
    const index = Math.min(asked.length, answers.length) - 1;
    return Promise.resolve(answers[index]());
  });
  return { catalogue, asked };
}

const three = () => Response.json(threeJson);

async function failure(catalogue: Catalogue): Promise<CatalogueError> {
  try {
    await catalogue.datasets();
  } catch (error) {
    if (error instanceof CatalogueError) return error;
    throw error;
  }
  throw new Error("The datasets came, and an error was expected.");
}

describe("the catalogue", () => {
  it("asks the server once and keeps the answer", async () => {
    const { catalogue, asked } = catalogueOf(three);
    const [first, second] = await Promise.all([
      catalogue.datasets(),
      catalogue.datasets(),
    ]);
    expect([...first.keys()]).toEqual(["demo", "medulla", "fafb"]);
    expect(second).toBe(first);
    expect(asked).toEqual(["/v2/datasets"]);
  });

  it("asks again when told to, and keeps the new answer", async () => {
    const { catalogue } = catalogueOf(three, () => Response.json({}));
    await catalogue.datasets();
    expect((await catalogue.refresh()).size).toBe(0);
    expect((await catalogue.datasets()).size).toBe(0);
  });

  it("asks again after a failure", async () => {
    const { catalogue, asked } = catalogueOf(
      () => new Response("", { status: 503 }),
      three,
    );
    await failure(catalogue);
    expect((await catalogue.datasets()).size).toBe(3);
    expect(asked.length).toBe(2);
  });

  it("keeps what it knows where the server has gone away since", async () => {
    const { catalogue } = catalogueOf(
      three,
      () => new Response("", { status: 503 }),
    );
    await catalogue.datasets();
    await expectAsync(catalogue.refresh()).toBeRejected();
    expect((await catalogue.datasets()).size).toBe(3);
  });

  it("tells of a server that does not answer, and that it has to run", async () => {
    // Chromium itself refuses this port, so nothing is asked of any server.
    const catalogue = new Catalogue((_, init) =>
      fetch("http://127.0.0.1:1/", init),
    );
    const { what, next } = await failure(catalogue);
    expect(what).toBe("The server that lists the datasets does not answer.");
    expect(next).toContain("npm start");
  });

  it("tells of a server that takes too long", async () => {
    const { catalogue } = catalogueOf(() => {
      throw new DOMException("", "TimeoutError");
    });
    expect((await failure(catalogue)).what).toContain("within 20 s");
  });

  it("tells the reason and the code of a refusal", async () => {
    const { catalogue } = catalogueOf(() =>
      Response.json(
        { detail: "The data folder is gone.", code: "no-data" },
        { status: 503 },
      ),
    );
    const { what, code } = await failure(catalogue);
    expect(what).toBe(
      "The server refused the list of datasets (HTTP 503): The data folder is gone.",
    );
    expect(code).toBe("no-data");
  });

  it("tells of a refusal that gives no reason", async () => {
    const { catalogue } = catalogueOf(
      () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
    );
    expect((await failure(catalogue)).what).toBe(
      "The server refused the list of datasets (HTTP 502).",
    );
  });

  it("tells of an answer that is not JSON, and of one that broke off", async () => {
    for (const text of ["<!doctype html>", '{"demo":']) {
      const { catalogue } = catalogueOf(() => new Response(text));
      expect((await failure(catalogue)).what).toContain("not JSON");
    }
  });

  it("names what is wrong in a list, and how much more", async () => {
    const wrong = { public: 1, neuroglancer: { layers: [] } };
    const { catalogue } = catalogueOf(() => Response.json({ a: wrong }));
    expect((await failure(catalogue)).what).toBe(
      "The list of datasets is wrong: a.public: 1, expected true or false (and 1 more).",
    );
  });

  it("gives what marks need to know of a dataset, and nothing for one that it does not know", async () => {
    const { catalogue } = catalogueOf(three);
    expect(await catalogue.findImage("fafb")).toEqual({
      title: "FAFB",
      image: "zarr://s3://fafb/em/",
      vocabulary: NO_VOCABULARY,
      segmentation: undefined,
      segmentationVersion: undefined,
    });
    expect(await catalogue.findImage("constructor")).toBeUndefined();
  });

  it("gives the words and fields of a dataset, and the segmentation that can be merged", async () => {
    const layers = [
      { name: "em", type: "image", source: "n5://em" },
      { name: "bodies", type: "segmentation", source: "n5://bodies" },
      { name: "supervoxels", type: "segmentation", source: "n5://pieces" },
    ];
    const { neuroglancer } = threeJson.fafb as {
      neuroglancer: { dimensions: object };
    };
    const marks = {
      types: { point: ["synapse"] },
      fields: [{ name: "sure", type: "boolean" as const }],
    };
    const { catalogue } = catalogueOf(() =>
      Response.json({
        own: {
          tag: "v1.2",
          roles: { bodies: ["shown"], supervoxels: ["mergeable"] },
          marks,
          neuroglancer: { dimensions: neuroglancer.dimensions, layers },
        },
      }),
    );
    expect(await catalogue.findImage("own")).toEqual({
      title: "own",
      image: "n5://em",
      vocabulary: marks,
      segmentation: "supervoxels",
      segmentationVersion: "v1.2",
    });
  });

  it("finds the datasets that show an image, however its address is spelt", async () => {
    const { catalogue } = catalogueOf(three);
    expect(await catalogue.withImage("zarr://s3://fafb/em")).toEqual([
      { id: "fafb", title: "FAFB" },
    ]);
    expect(
      await catalogue.withImage(
        "http://127.0.0.1:8080/volumes/demo/image/|neuroglancer-precomputed:",
      ),
    ).toEqual([
      { id: "demo", title: "Demo volume" },
      { id: "medulla", title: "Médulla, Spalte 7" },
    ]);
    expect(await catalogue.withImage("")).toEqual([]);
  });
});
