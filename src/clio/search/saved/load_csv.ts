/** Loads what reads and writes saved searches as CSV. */
export function loadCsv() {
  return import(/* webpackChunkName: "search-csv" */ "./search_csv.js");
}
