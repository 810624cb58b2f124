// Exports stored rows as a CSV file, read page by page while it is sent (API-49).
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "store/store.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/csv.h"
#include "web/http/request.h"
#include "web/http/route.h"
#include "web/http/services.h"

namespace gyr::web {

/// One export in progress; owned by the answer. Used on the loop of the request.
template <class Query, class Row>
struct CsvExport {
  using Search = base::Result<store::Page<Row>> (*)(store::Reader& reader, const Query& query);
  using Line = base::Value (*)(const Row& row, base::Instant now);

  const Services* services;
  base::Loop* loop;
  Query query;
  Search search;
  Line line;
  CsvWriter writer = {};
  bool done = false;

  /// The next page as text; empty at the end.
  static base::Task<base::Result<std::string>> next(std::shared_ptr<CsvExport> self) {
    if (self->done) co_return std::string();
    GYR_CO_TRY(auto page,
               co_await read<store::Page<Row>>(&self->services->store, self->loop, [self](store::Reader& reader) {
                 return self->search(reader, self->query);
               }));
    self->done = page.results.size() < self->query.paging.size;
    self->query.paging.page += 1;
    std::string out;
    for (const Row& row : page.results) self->writer.add(self->line(row, self->services->clock.now()), out);
    co_return out;
  }
};

/// The rows that match a selection. An invalid query is refused before the answer starts.
template <class Row, class Selection, class Query = decltype(Selection::query)>
base::Task<Outcome> csv_export(Request* request, std::string file_name, Selection selection,
                               typename CsvExport<Query, Row>::Search search,
                               typename CsvExport<Query, Row>::Line line) {
  using Export = CsvExport<Query, Row>;
  auto response = text_answer("", "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", content_disposition(file_name));
  if (selection.nothing) co_return response;
  auto rows = std::make_shared<Export>(
      Export{&request->services(), &request->loop(), std::move(selection.query), search, line});
  rows->query.paging.size = 1'000;
  GYR_CO_TRY(std::string first, co_await Export::next(rows));
  auto begin = std::make_shared<std::string>(std::move(first));
  response.stream = [rows, begin]() -> base::Task<base::Result<std::string>> {
    if (begin->empty()) return Export::next(rows);
    return
        [](std::string piece) -> base::Task<base::Result<std::string>> { co_return piece; }(std::exchange(*begin, {}));
  };
  co_return response;
}

}  // namespace gyr::web
