// Reading many flows: search, search in the sources, lists, CSV (API-27 to API-31, API-92).
#include "base/text.h"
#include "web/flows.h"
#include "web/flows/values.h"
#include "web/http/await.h"
#include "web/http/csv.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;

/// A list of a namespace is not paged: beyond this it is a mistake to ask for it.
constexpr size_t max_list = 10'000;

/// JSON of rows, joined by commas.
std::string joined(const std::vector<store::FlowRow>& rows, const Services& services, FlowText text) {
  std::string list;
  for (const auto& row : rows) {
    if (!list.empty()) list += ',';
    append_json(list, flow_value(row, services, text));
  }
  return list;
}

base::Task<Outcome> search_flows(Request* request) {
  GYR_CO_TRY(auto selection, select_flows(*request));
  if (selection.nothing) co_return json_answer(page_json("", 0));
  GYR_CO_TRY(std::string json,
             co_await request->read([query = std::move(selection.query), services = &request->services()](
                                        store::Reader& reader) -> base::Result<std::string> {
               GYR_TRY(auto page, reader.search_flows(query));
               return page_json(joined(page.results, *services, FlowText::plain), page.total);
             }));
  co_return json_answer(std::move(json));
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

base::Task<Outcome> search_sources(Request* request) {
  store::FlowQuery query;
  query.tenant = request->tenant();
  query.source_text = request->text("q").value_or("");
  if (const auto namespace_ = request->text("namespace"); namespace_ && !namespace_->empty()) {
    query.namespaces.push_back({store::Operator::prefix, {std::string(*namespace_)}});
  }
  query.paging.page = static_cast<uint32_t>(request->page());
  query.paging.size = static_cast<uint32_t>(request->page_size());
  GYR_CO_TRY(query.order, parse_order(request->query(), Resource::flow));
  GYR_CO_TRY(std::string json, co_await request->read([query = std::move(query), services = &request->services()](
                                                          store::Reader& reader) -> base::Result<std::string> {
    GYR_TRY(auto page, reader.search_flows(query));
    base::ListBuilder results;
    for (const auto& row : page.results) {
      base::ListBuilder fragments;
      for (const auto& text : fragments_of(row.source, query.source_text)) fragments.push(Value::string(text));
      results.push(
          Value::map({{"model", flow_value(row, *services, FlowText::plain)}, {"fragments", fragments.build()}}));
    }
    const std::string list = to_json(results.build());
    return page_json(std::string_view(list).substr(1, list.size() - 2), page.total);
  }));
  co_return json_answer(std::move(json));
}

base::Task<Outcome> list_by_namespace(Request* request) {
  store::FlowQuery query;
  query.tenant = request->tenant();
  query.namespaces.push_back({store::Operator::equals, {std::string(request->path("namespace"))}});
  GYR_CO_TRY(std::string json, co_await request->read([query = std::move(query), services = &request->services()](
                                                          store::Reader& reader) -> base::Result<std::string> {
    GYR_TRY(auto rows, all_flows(reader, query, max_list));
    return fmt::format("[{}]", joined(rows, *services, FlowText::plain));
  }));
  co_return json_answer(std::move(json));
}

base::Task<Outcome> distinct_namespaces(Request* request) {
  const std::string text = base::to_lower_ascii(request->text("q").value_or(""));
  GYR_CO_TRY(auto names, co_await request->read([tenant = request->tenant()](store::Reader& reader) {
    return reader.namespaces(tenant);
  }));
  base::ListBuilder list;
  for (const std::string& name : names) {
    if (base::to_lower_ascii(name).find(text) != std::string::npos) list.push(Value::string(name));
  }
  co_return json_answer(list.build());
}

base::Task<Outcome> export_csv(Request* request) {
  GYR_CO_TRY(auto selection, select_flows(*request));
  GYR_CO_TRY(std::string text,
             co_await request->read([selection = std::move(selection), services = &request->services()](
                                        store::Reader& reader) -> base::Result<std::string> {
               std::string out;
               if (selection.nothing) return out;
               GYR_TRY(auto rows, all_flows(reader, selection.query, max_list));
               CsvWriter writer;
               for (const auto& row : rows) writer.add(flow_value(row, *services, FlowText::plain), out);
               return out;
             }));
  auto response = text_answer(std::move(text), "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", content_disposition("flows.csv"));
  co_return response;
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
       .handler = search_flows,
       .page_size = 10,
       .filters = Resource::flow,
       .answer = answers<Paged<json::Flow>>},
      {.method = Method::get,
       .path = "~/flows/source",
       .operation = "searchFlowsBySourceCode",
       .summary = "Search for flows by a text in their sources",
       .rule = {may_read, of_rows},
       .handler = search_sources,
       .query = {{"q", ValueKind::text, "The text"},
                 {"namespace", ValueKind::text, "A namespace, including its child namespaces"}},
       .page_size = 10,
       .answer = answers<Paged<json::FlowFragments>>},
      {.method = Method::get,
       .path = "~/flows/distinct-namespaces",
       .operation = "listDistinctNamespaces",
       .summary = "List all namespaces that have flows",
       .rule = {may_read, of_rows},
       .handler = distinct_namespaces,
       .query = {{"q", ValueKind::text, "A part of the name"}},
       .answer = answers<std::vector<std::string>>},
      {.method = Method::get,
       .path = "~/flows/export/by-query/csv",
       .operation = "exportFlows",
       .summary = "Export flows as CSV",
       .rule = {may_read, of_rows},
       .handler = export_csv,
       .filters = Resource::flow,
       .answer = sends("text/csv")},
      {.method = Method::get,
       .path = "~/flows/{namespace}",
       .operation = "listFlowsByNamespace",
       .summary = "List the flows of a namespace",
       .rule = {may_read, in_path("namespace")},
       .handler = list_by_namespace,
       .answer = answers<std::vector<json::Flow>>},
  };
}

}  // namespace gyr::web
