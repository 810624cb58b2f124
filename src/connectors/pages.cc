// Lists that come in pages (PLUG-715).
#include <algorithm>

#include "connectors/connector_run.h"
#include "expression/template.h"
#include "net/url.h"

namespace gyr::connectors {
namespace {

using base::Value;

/// The address that `reference` means in the answer to `from`. Credentials go to no other host, whatever the answer
/// says.
base::Result<std::string> next_address(const std::string& system, const std::string& from,
                                       const std::string& reference) {
  GYR_TRY(const net::Url here, net::parse_url(from));
  auto there = net::resolve_url(here, reference);
  if (!there)
    return base::fail(request_failed, fmt::format("{}: the address of the next page makes no sense: {}", system,
                                                  there.error().message()));
  if (there->scheme != here.scheme || there->authority() != here.authority())
    return base::fail(request_failed, fmt::format("{}: the next page is on another host", system));
  return there->to_string();
}

}  // namespace

/// What leads to the next page: an address or a cursor. Empty: this page is the last one, or the pages are counted.
base::Task<base::Result<std::string>> ConnectorRun::next_page(const PagesSpec& pages, const Answer& answer) {
  if (pages.by == PageKind::link) co_return answer.link;
  if (pages.by != PageKind::next && pages.by != PageKind::cursor) co_return std::string();
  auto found = co_await render(pages.next);
  if (!found) co_return base::fail(other_form(found.error()));
  co_return found->is_null() ? std::string() : expression::to_text(*found);
}

base::Task<base::Result<Value>> ConnectorRun::read_pages(const StepSpec& step) {
  const PagesSpec& pages = *step.pages;
  const bool counts = pages.by == PageKind::number || pages.by == PageKind::offset;
  GYR_CO_TRY(const auto limit, co_await render_integer(pages.limit, "limit"));
  GYR_CO_TRY(const auto full, co_await render_integer(pages.size, "size"));
  GYR_CO_TRY(const auto given_first, co_await render_integer(pages.first, "first"));
  const int64_t first = given_first.value_or(pages.by == PageKind::number ? 1 : 0);
  // The rows that the task gives go to their place at once; those of other steps are kept for the next steps.
  const bool streamed = sink_ && element_.fetch->step == step.id;
  RowSink own(context_, FetchType::fetch, definition_.title, pages.max_rows);
  RowSink& sink = streamed ? *sink_ : own;
  int64_t seen = 0;
  std::string next;
  net::ClientRequest request;
  Answer answer;
  for (int64_t index = 0;; ++index) {
    if (limit && seen >= *limit) break;
    if (index >= pages.max_pages)
      co_return base::fail(request_failed, fmt::format("{}: more than {} pages", definition_.title, pages.max_pages));
    page_ = Value::map({{"index", Value::fitting_integer(index)},
                        {"number", Value::fitting_integer(first + index)},
                        {"offset", Value::fitting_integer(first + seen)},
                        {"cursor", pages.by == PageKind::cursor && index > 0 ? Value::string(next) : Value()}});
    if (index == 0 || counts || pages.by == PageKind::cursor) {
      GYR_CO_TRY(request, co_await build(*step.request));
    } else {
      GYR_CO_TRY(request.url, next_address(definition_.title, request.url, next));
    }
    GYR_CO_TRY(answer, co_await send(request, *step.request));
    auto rows = co_await render(pages.rows);
    if (!rows) co_return base::fail(other_form(rows.error()));
    if (!rows->is_list())
      co_return base::fail(request_failed, fmt::format("{}: the answer has no list of rows", definition_.title));
    const auto count = static_cast<int64_t>(rows->size());
    GYR_CO_CHECK(co_await sink.add(*rows, static_cast<size_t>(limit ? std::min(count, *limit - seen) : count)));
    seen += count;
    if (sink.is_full()) break;
    if (count == 0 && pages.by != PageKind::next && pages.by != PageKind::cursor) break;
    if (full && count < *full) break;
    GYR_CO_TRY(const auto total, co_await render_integer(pages.total, "total"));
    if (total && seen + (pages.by == PageKind::offset ? first : 0) >= *total) break;
    if (counts) continue;
    GYR_CO_TRY(std::string found, co_await next_page(pages, answer));
    if (found.empty()) break;
    if (index > 0 && found == next)
      co_return base::fail(request_failed, fmt::format("{}: the next page is the same as this one", definition_.title));
    next = std::move(found);
  }
  page_ = Value();
  base::MapBuilder result(answer.value);
  if (!streamed) result.set("rows", own.rows());
  co_return result.build();
}

}  // namespace gyr::connectors
