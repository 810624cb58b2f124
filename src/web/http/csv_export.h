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

/// One export in progress; owned by the answer. Used on the loop of the request. `Place` is where the next page begins,
/// and has `is_done`.
template <class Place, class Row>
struct CsvExport {
  using Next = base::Result<store::Page<Row>> (*)(store::Reader& reader, Place& place);
  using Line = base::Value (*)(const Row& row, base::Instant now);

  const Services* services;
  base::Loop* loop;
  Place place;
  Next rows;
  Line line;
  CsvWriter writer = {};

  /// The next page as text; empty at the end.
  static base::Task<base::Result<std::string>> next(std::shared_ptr<CsvExport> self) {
    std::string out;
    while (out.empty() && !self->place.is_done) {
      GYR_CO_TRY(auto page,
                 co_await read<store::Page<Row>>(&self->services->store, self->loop, [self](store::Reader& reader) {
                   return self->rows(reader, self->place);
                 }));
      for (const Row& row : page.results) self->writer.add(self->line(row, self->services->clock.now()), out);
    }
    co_return out;
  }
};

/// The rows that `next` reads from `place` on. An invalid query is refused before the answer starts.
template <class Row, class Place>
base::Task<Outcome> csv_export(Request* request, std::string file_name, Place place,
                               typename CsvExport<Place, Row>::Next next, typename CsvExport<Place, Row>::Line line) {
  using Export = CsvExport<Place, Row>;
  auto response = text_answer("", "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", content_disposition(file_name));
  if (place.is_done) co_return response;
  auto rows = std::make_shared<Export>(Export{&request->services(), &request->loop(), std::move(place), next, line});
  GYR_CO_TRY(std::string first, co_await Export::next(rows));
  auto begin = std::make_shared<std::string>(std::move(first));
  response.stream = [rows, begin]() -> base::Task<base::Result<std::string>> {
    if (begin->empty()) return Export::next(rows);
    return
        [](std::string piece) -> base::Task<base::Result<std::string>> { co_return piece; }(std::exchange(*begin, {}));
  };
  co_return response;
}

/// A place by the number of the page: rows that come or go meanwhile move others.
template <class Query, class Row>
struct CsvPages {
  using Search = base::Result<store::Page<Row>> (*)(store::Reader& reader, const Query& query);
  Query query;
  Search search;
  bool is_done = false;
};

/// The rows that match a selection.
template <class Row, class Selection, class Query = decltype(Selection::query)>
base::Task<Outcome> csv_export(Request* request, std::string file_name, Selection selection,
                               typename CsvPages<Query, Row>::Search search,
                               typename CsvExport<CsvPages<Query, Row>, Row>::Line line) {
  using Pages = CsvPages<Query, Row>;
  Pages pages{std::move(selection.query), search, selection.nothing};
  pages.query.paging.size = 1'000;
  const auto next = [](store::Reader& reader, Pages& place) -> base::Result<store::Page<Row>> {
    GYR_TRY(auto page, place.search(reader, place.query));
    place.is_done = page.results.size() < place.query.paging.size;
    place.query.paging.page += 1;
    return page;
  };
  return csv_export<Row, Pages>(request, std::move(file_name), std::move(pages), next, line);
}

}  // namespace gyr::web
