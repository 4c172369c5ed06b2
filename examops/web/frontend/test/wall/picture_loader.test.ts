import "../browser";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { PictureLoader } from "../../src/wall/picture_loader";

class FakeImage extends EventTarget {
  src = "";
  constructor() {
    super();
    asked.push(this);
  }
}
let asked: FakeImage[] = [];
let shown: string[] = [];
const loader = (): PictureLoader<string> => new PictureLoader((_picture, of) => shown.push(of));
const end = (number: number, how: "load" | "error"): boolean | undefined =>
  asked[number]?.dispatchEvent(new Event(how));

beforeEach(() => {
  asked = [];
  shown = [];
  Object.assign(globalThis, { Image: FakeImage });
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

test("the age is that of the picture that came, not of the newest there is", () => {
  const tile = loader();
  tile.want("/1", 1_000, "first");
  assert.equal(tile.shownAt, null);
  end(0, "load");
  tile.want("/2", 3_000, "second");
  assert.deepEqual([tile.shownAt, shown], [1_000, ["first"]]);
  end(1, "load");
  assert.deepEqual([tile.shownAt, shown], [3_000, ["first", "second"]]);
});

test("while one is on its way only the newest of those behind it is asked for", () => {
  const tile = loader();
  for (const at of [1_000, 3_000, 5_000]) tile.want(`/${at}`, at, `${at}`);
  end(0, "load");
  assert.deepEqual(
    asked.map((picture) => picture.src),
    ["/1000", "/5000"],
  );
  tile.want("/5000", 5_000, "again");
  end(1, "load");
  tile.want("/5000", 5_000, "again");
  assert.deepEqual([asked.length, shown], [2, ["1000", "5000"]]);
});

test("a picture that is refused or hangs leaves the old age and does not hold up the next", () => {
  const tile = loader();
  tile.want("/1", 1_000, "first");
  end(0, "load");
  tile.want("/2", 3_000, "second");
  end(1, "error");
  assert.equal(tile.shownAt, 1_000);
  tile.want("/3", 5_000, "third");
  mock.timers.tick(15_000);
  tile.want("/4", 7_000, "fourth");
  end(3, "load");
  end(2, "load"); // the one given up comes after all
  assert.deepEqual([tile.shownAt, shown], [7_000, ["first", "fourth"]]);
});
