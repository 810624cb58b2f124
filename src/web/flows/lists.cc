// Reading many flows: search, search in the sources, lists, CSV (API-27 to API-31, API-92).
#include "base/text.h"
#include "web/flows.h"
#include "web/flows/flow_pages.h"
#include "web/http/await.h"
#include "web/http/csv.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/older_parameters.h"
#include "web/http/streamed.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using PlainFlow = JsonOf<json::Flow>;

/// A list of a namespace is not paged: beyond this it is a mistake to ask for it.
constexpr size_t max_list = 10'000;

base::Task<base::Result<Paged<PlainFlow>>> search_flows(Request* request) {
  GYR_CO_TRY(auto selection, select_flows(*request));
  if (selection.nothing) co_return Paged<PlainFlow>();
  co_return co_await request->read([query = std::move(selection.query), services = &request->services()](
                                       store::Reader& reader) -> base::Result<Paged<PlainFlow>> {
    GYR_TRY(auto page, reader.search_flows(query));
    return Paged<PlainFlow>{flows_json<json::Flow>(page.results, *services), page.total};
  });
}

// ---- search in sources

/// Characters shown before and after a hit.
constexpr size_t fragment_margin = 60;
constexpr size_t max_fragments = 10;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

/// The lines around each hit with `[mark]` about it, never cut within a character.
std::vector<std::string> fragments_of(std::string_view source, std::string_view word) {
  std::vector<std::string> fragments;
  const std::string text = base::to_lower_ascii(source);
  const std::string wanted = base::to_lower_ascii(word);
  for (size_t at = 0; !wanted.empty() && fragments.size() < max_fragments;) {
    const size_t found = text.find(wanted, at);
    if (found == std::string::npos) break;
    size_t begin = found > fragment_margin ? found - fragment_margin : 0;
    size_t end = std::min(source.size(), found + wanted.size() + fragment_margin);
    while (begin > 0 && continues_character(source[begin])) --begin;
    while (end < source.size() && continues_character(source[end])) ++end;
    fragments.push_back(fmt::format("{}[mark]{}[/mark]{}", source.substr(begin, found - begin),
                                    source.substr(found, wanted.size()),
                                    source.substr(found + wanted.size(), end - found - wanted.size())));
    at = end;
  }
  return fragments;
}

base::Task<base::Result<Paged<json::FlowFragments>>> search_sources(Request* request) {
  store::FlowQuery query{request->visible()};
  query.tenant = request->tenant();
  query.source_text = request->text("q").value_or("");
  if (const auto namespace_ = request->text("namespace"); namespace_ && !namespace_->empty()) {
    query.namespaces.push_back({store::Operator::prefix, {std::string(*namespace_)}});
  }
  query.paging.page = static_cast<uint32_t>(request->page());
  query.paging.size = static_cast<uint32_t>(request->page_size());
  GYR_CO_TRY(query.order, parse_order(request->query(), Resource::flow));
  using Page = Paged<json::FlowFragments>;
  co_return co_await request->read(
      [query = std::move(query), services = &request->services()](store::Reader& reader) -> base::Result<Page> {
        GYR_TRY(auto page, reader.search_flows(query));
        Page found{{}, page.total};
        for (const auto& row : page.results)
          found.results.push_back({flow_json<json::Flow>(row, *services), fragments_of(row.source, query.source_text)});
        return found;
      });
}

base::Task<base::Result<std::vector<PlainFlow>>> list_by_namespace(Request* request) {
  store::FlowQuery query{request->visible()};
  query.tenant = request->tenant();
  query.namespaces.push_back({store::Operator::equals, {std::string(request->path("namespace"))}});
  co_return co_await request->read([query = std::move(query), services = &request->services()](
                                       store::Reader& reader) -> base::Result<std::vector<PlainFlow>> {
    GYR_TRY(auto rows, all_flows(reader, query, max_list));
    return flows_json<json::Flow>(rows, *services);
  });
}

base::Task<base::Result<std::vector<std::string>>> distinct_namespaces(Request* request) {
  const std::string text = base::to_lower_ascii(request->text("q").value_or(""));
  GYR_CO_TRY(auto names,
             co_await request->read([visible = request->visible(), tenant = request->tenant()](store::Reader& reader) {
               return reader.namespaces(visible, tenant);
             }));
  std::erase_if(names, [&](const std::string& name) { return !base::to_lower_ascii(name).contains(text); });
  co_return names;
}

/// Every field of a flow, so that the columns do not depend on the flows.
std::vector<std::string_view> csv_columns() {
  std::vector<std::string_view> columns;
  for (const JsonField& field : json_type<json::Flow>().fields) columns.push_back(field.name);
  return columns;
}

/// An export in progress.
struct FlowExport {
  const Services* services;
  base::Loop* loop;
  std::optional<FlowPages> pages;  ///< none: nothing is selected
  bool started = false;
};

base::Task<base::Result<std::string>> next_lines(std::shared_ptr<FlowExport> state) {
  std::string head;
  if (!std::exchange(state->started, true)) append_csv_head(head, csv_columns());
  if (!state->pages) co_return head;
  GYR_CO_TRY(auto rows, co_await state->pages->next());
  co_return co_await on_pool<std::string>(&state->services->work, state->loop,
                                          [services = state->services, rows = std::move(rows),
                                           lines = std::move(head)]() mutable -> base::Result<std::string> {
                                            CsvWriter writer(csv_columns());
                                            for (const auto& row : rows)
                                              writer.add(flow_value(row, *services, FlowText::plain), lines);
                                            return lines;
                                          });
}

base::Task<Outcome> export_csv(Request* request) {
  GYR_CO_TRY(auto selection, select_flows(*request));
  auto state = std::make_shared<FlowExport>(FlowExport{&request->services(), &request->loop(), {}});
  if (!selection.nothing) state->pages.emplace(&request->services(), &request->loop(), std::move(selection.query));
  auto response = text_answer("", "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", content_disposition("flows.csv"));
  co_return co_await streamed(std::move(response), [state] { return next_lines(state); });
}

}  // namespace

std::vector<Route> flow_list_routes() {
  const Right may_read{"FLOW", Action::read};
  return {
      {.method = Method::get,
       .path = "~/flows/search",
       .operation = "searchFlows",
       .summary = "Search for flows",
       .rule = {may_read, of_rows},
       .handler = typed<search_flows>,
       .page_size = 10,
       .filters = Resource::flow,
       .older = older::flows},
      {.method = Method::get,
       .path = "~/flows/source",
       .operation = "searchFlowsBySourceCode",
       .summary = "Search for flows by a text in their sources",
       .rule = {may_read, of_rows},
       .handler = typed<search_sources>,
       .query = {{"q", ValueKind::text, "The text"},
                 {"namespace", ValueKind::text, "A namespace, including its child namespaces"}},
       .page_size = 10},
      {.method = Method::get,
       .path = "~/flows/distinct-namespaces",
       .operation = "listDistinctNamespaces",
       .summary = "List all namespaces that have flows",
       .rule = {may_read, of_rows},
       .handler = typed<distinct_namespaces>,
       .query = {{"q", ValueKind::text, "A part of the name"}}},
      {.method = Method::get,
       .path = "~/flows/export/by-query/csv",
       .operation = "exportFlows",
       .summary = "Export flows as CSV",
       .rule = {may_read, of_rows},
       .handler = typed<export_csv>,
       .filters = Resource::flow,
       .answer = sends("text/csv")},
      {.method = Method::get,
       .path = "~/flows/{namespace}",
       .operation = "listFlowsByNamespace",
       .summary = "List the flows of a namespace",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<list_by_namespace>},
  };
}

}  // namespace gyr::web
