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
#include "web/http/streamed.h"

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
  co_return co_await streamed(std::move(response), [rows] { return Export::next(rows); });
}

}  // namespace gyr::web
