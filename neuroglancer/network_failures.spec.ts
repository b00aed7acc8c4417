import { mayBeMissing, waitForServer } from "./network_failures.js";

describe("A request without an answer", () => {
  const own = `${location.origin}/volumes/demo/image/8_8_8/0-64_0-64_0-64`;

  it("may be one for what is not there at another host alone", () => {
    expect(mayBeMissing("https://store.example/image/0-64")).toBeTrue();
    expect(mayBeMissing(own)).toBeFalse();
  });

  it("is one for what cannot be reached while the machine has no network", () => {
    const onLine = spyOnProperty(navigator, "onLine").and.returnValue(false);
    expect(mayBeMissing("https://store.example/image/0-64")).toBeFalse();
    expect(onLine).toHaveBeenCalled();
  });

  it("is told at once in the page, which waits for no server", async () => {
    const failed = new TypeError("Failed to fetch");
    expect(await waitForServer(own, failed, 0, undefined)).toBeFalse();
  });
});
