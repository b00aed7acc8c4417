import { Problem } from "../problems/problem.js";
import { refuseWrites } from "./foreign_statement.js";

describe("A statement of a script", () => {
  const questions = [
    "MATCH (n:Neuron) WHERE n.type = 'SET' RETURN n.bodyId // CREATE",
    'MATCH (n:`hemibrain_Neuron`) WHERE n.instance =~ "DELETE.*" RETURN n',
    "MATCH (n)-[:Contains]->(:Set) RETURN n.set, n.remove /* MERGE */",
    "MATCH (n:Neuron) WITH n, apoc.convert.fromJsonMap(n.roiInfo) AS info UNWIND keys(info) AS roi RETURN n.bodyId, roi LIMIT 5",
    "MATCH (n)-[*1..3]->(m) WHERE m.x > 1.5 AND m.y < 2e-3 RETURN m",
    String.raw`MATCH (n) WHERE n.instance = 'a\'L' RETURN settings`,
  ];
  const others = [
    "CREATE (n)",
    "MATCH (n) SET n.type = 'x'",
    "MATCH (n) set n:Neuron",
    "MATCH (n) DETACH DELETE n",
    "MERGE (n) RETURN n",
    "MATCH (n) REMOVE n.type",
    "CALL apoc.load.json('http://127.0.0.1/') YIELD value RETURN value",
    "CALL{MATCH (n) RETURN n} RETURN n",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "USE other MATCH (n) RETURN n",
    "MATCH (n) FOREACH (x IN [1] | CREATE (n))",
    "RETURN apoc.cypher.runFirstColumnSingle('MATCH (n) RETURN n', {})",
    "RETURN `apoc`.cypher.runFirstColumnSingle('MATCH (n) RETURN n', {})",
    "RETURN apoc . /* a */ `cypher`\n.runFirstColumnSingle('RETURN 1', {})",
    "RETURN `apoc.cypher.runFirstColumnSingle`('RETURN 1', {})",
    "MATCH (n) RETURN n /* that has no end",
    "MATCH (n) RETURN n; DROP INDEX x",
    String.raw`MATCH (n) WHERE n.type = '\u0027 SET n.type = 1' RETURN n`,
    "MATCH (n) WHERE n.type = 'a RETURN n",
    "MATCH (n) WHERE n.a = '\\'' SET n.b = 1",
    "MATCH (n) WHERE n.a > 1e5SET n.x = 1",
    "MATCH (n) WHERE n.a > 1.SET n.x = 1",
    "MATCH (n) /* a */ SET /* b */ n.x = 1",
  ];

  it("is refused where comments have no end, however many begin", () => {
    expect(() => refuseWrites("/* ".repeat(300_000))).toThrowError(Problem);
  });

  for (const text of questions) {
    it(`is let through where it only asks: ${text}`, () => {
      expect(() => refuseWrites(text)).not.toThrow();
    });
  }

  for (const text of others) {
    it(`is refused: ${text}`, () => {
      expect(() => refuseWrites(text)).toThrowMatching(
        (error) =>
          error instanceof Problem && error.code === "neuprint-not-a-question",
      );
    });
  }
});
