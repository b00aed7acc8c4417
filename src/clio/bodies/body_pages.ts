import type { Body } from "./bodies_session.js";

/** Bodies that are asked for at once. */
const PAGE = 200;

/** So many pages are kept; of more, those go that were used longest ago. */
const MOST_PAGES = 60;

type AskPage = (
  offset: number,
  limit: number,
) => Promise<{ readonly total: number; readonly bodies: Body[] }>;

/** What is found, a page at a time: as many bodies as there are, and those of them that somebody looked at. */
export class BodyPages {
  private found = 0;
  private readonly pages = new Map<number, Body[]>();

  /** @param unwritten bodies that come last: they were asked for by name, and nothing is written of them */
  constructor(
    private readonly ask: AskPage,
    private readonly unwritten: Body[],
  ) {}

  get total(): number {
    return this.found + this.unwritten.length;
  }

  /** Asks for the first page, which says how many there are. */
  async begin(): Promise<void> {
    await this.page(0);
  }

  /** The bodies from one up to, and not including, another. */
  async rows(from: number, to: number): Promise<Body[]> {
    const { found } = this;
    const end = Math.min(to, found);
    const rows: Body[] = [];
    for (let number = Math.floor(from / PAGE); number * PAGE < end; ++number) {
      const first = number * PAGE;
      const page = await this.page(number);
      rows.push(...page.slice(Math.max(0, from - first), end - first));
    }
    const rest = this.unwritten.slice(Math.max(0, from - found), to - found);
    return to > found ? [...rows, ...rest] : rows;
  }

  /** The body at a place, where its page is here. */
  at(index: number): Body | undefined {
    return index < this.found
      ? this.pages.get(Math.floor(index / PAGE))?.[index % PAGE]
      : this.unwritten.at(index - this.found);
  }

  /** All bodies whose pages are here. */
  get here(): Body[] {
    return [...this.pages.values(), this.unwritten].flat();
  }

  /** Puts a body in the place where it was found before; returns whether it was. */
  put(body: Body): boolean {
    for (const page of [...this.pages.values(), this.unwritten]) {
      const at = page.findIndex(({ id }) => id === body.id);
      if (at < 0) continue;
      page[at] = body;
      return true;
    }
    return false;
  }

  private async page(number: number): Promise<Body[]> {
    let page = this.pages.get(number);
    if (page === undefined) {
      const answer = await this.ask(number * PAGE, PAGE);
      this.found = answer.total;
      page = answer.bodies;
    }
    this.pages.delete(number);
    this.pages.set(number, page);
    const [oldest] = this.pages.keys();
    if (this.pages.size > MOST_PAGES) this.pages.delete(oldest);
    return page;
  }
}
