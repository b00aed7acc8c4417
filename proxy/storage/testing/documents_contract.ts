import type { Storage } from "../storage.js";
import { hostileTexts } from "./rows.js";

/** What every storage does with documents and with the descriptions of datasets. */
export function itKeepsDocuments(storage: () => Storage): void {
  it("keeps the descriptions of datasets to the letter, the last one of each", async () => {
    const rows = hostileTexts
      .filter((id) => id !== "")
      .map((id, n) => ({ id, description: `{"n": ${n}}`, modified: n }));
    await storage().write(async (writer) => {
      for (const each of rows)
        await writer.putDataset({ ...each, description: "{}" });
      for (const each of rows) await writer.putDataset(each);
    });
    const found = await storage().read.datasets();
    expect(new Set(found)).toEqual(new Set(rows));
    expect(found.map(({ id }) => id)).toEqual(
      found
        .map(({ id }) => id)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    await storage().write((writer) => writer.removeDataset(rows[0].id));
    expect((await storage().read.datasets()).length).toBe(rows.length - 1);
  });

  it("keeps documents to the letter, whatever their names are", async () => {
    const at = { user: "a", space: "kv", scope: "s" };
    const documents = hostileTexts.map((text) => ({
      ...at,
      key: text,
      value: `{"id": 18446744073709551615, "text": ${JSON.stringify(text)}}`,
      modified: 1,
    }));
    await storage().write(async (writer) => {
      for (const document of documents) await writer.putDocument(document);
    });
    for (const document of documents)
      expect(await storage().read.document(document)).toEqual(document);
    expect((await storage().read.documents(at)).length).toBe(documents.length);
    expect(await storage().read.documents({ ...at, user: "b" })).toEqual([]);
    await storage().write(async (writer) => {
      expect(await writer.removeDocument(documents[0])).toBeTrue();
      expect(await writer.removeDocument(documents[0])).toBeFalse();
      await writer.putDocument({ ...documents[1], value: "{}" });
    });
    expect(await storage().read.document(documents[0])).toBe(undefined);
    expect((await storage().read.document(documents[1]))?.value).toBe("{}");
  });
}
