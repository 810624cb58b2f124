// Sets of inputs that flows share (API-50, FLOW-20): a flow names one by an input of type REUSABLE_INPUTS.
#include "web/routes.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include "base/text.h"
#include "catalog/flow_cache.h"
#include "model/namespaces.h"
#include "model/reusable_inputs.h"
#include "store/entities/reusable_inputs.h"
#include "syntax/json.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/namespace_files.h"
#include "web/reusable_inputs/values.h"

namespace gyr::web {
namespace {

struct SetQuery {
  std::optional<int64_t> revision;
};
struct SetWrite {
  bool fail_if_exists = false;
};

}  // namespace

template <>
struct DescribedQuery<SetQuery> {
  static constexpr auto parameters = std::tuple(parameter(
      "revision", &SetQuery::revision, {.documentation = "The revision; the newest one without it", .least = 1}));
};
template <>
struct DescribedQuery<SetWrite> {
  static constexpr auto parameters =
      std::tuple(parameter("failIfExists", &SetWrite::fail_if_exists,
                           {.documentation = "Refuse to replace a set that exists in the namespace"}));
};

namespace {

using store::ReusableInputsRow;
using Rows = std::vector<ReusableInputsRow>;
using ShownSet = json::ReusableInputs;

ShownSet shown_set(const ReusableInputsRow& row, const Services& services) {
  ShownSet shown{.tenant_id = row.tenant,
                 .namespace_ = row.namespace_,
                 .id = row.id,
                 .description = {},
                 .inputs = {},
                 .revision = row.revision,
                 .updated = row.updated,
                 .source = row.source};
  // One that cannot be read any more is shown by its source.
  const auto parsed = model::parse_reusable_inputs(row.source, services.registry);
  if (!parsed.set) return shown;
  if (!parsed.set->description.empty()) shown.description = parsed.set->description;
  for (const auto& input : parsed.set->inputs) shown.inputs.push_back(Object{input->to_value()});
  return shown;
}

base::Task<base::Result<Rows>> stored_sets(Request* request) {
  return request->read([visible = request->visible(), tenant = request->tenant()](store::Reader& reader) {
    return store::list_entities<ReusableInputsRow>(reader, visible, {.tenant = tenant, .all_revisions = true});
  });
}

/// The revisions of the set with this id in exactly this namespace, in order.
std::span<const ReusableInputsRow> revisions_of(const Rows& rows, std::string_view namespace_, std::string_view id) {
  const auto is_one = [&](const ReusableInputsRow& row) { return row.namespace_ == namespace_ && row.id == id; };
  const auto begin = std::ranges::find_if(rows, is_one);
  const auto end = std::find_if_not(begin, rows.end(), is_one);
  return {begin, end};
}

base::Error no_set(const Request& request) {
  return {not_found, fmt::format("Reusable inputs '{}.{}' not found", request.path("namespace"), request.path("id"))};
}

base::Task<base::Result<ShownSet>> get_set(Request* request, SetQuery query) {
  GYR_CO_TRY(const Rows rows, co_await stored_sets(request));
  for (const std::string& name : model::namespace_and_parents(request->path("namespace"))) {
    const auto revisions = revisions_of(rows, name, request->path("id"));
    if (revisions.empty() || revisions.back().deleted) continue;
    if (!query.revision) co_return shown_set(revisions.back(), request->services());
    const auto found = std::ranges::find(revisions, *query.revision, &ReusableInputsRow::revision);
    if (found == revisions.end() || found->deleted) break;
    co_return shown_set(*found, request->services());
  }
  co_return base::fail(no_set(*request));
}

/// All revisions without deletions; 404 only for a set that never was.
base::Task<base::Result<std::vector<ShownSet>>> list_revisions(Request* request) {
  GYR_CO_TRY(const Rows rows, co_await stored_sets(request));
  const auto revisions = revisions_of(rows, request->path("namespace"), request->path("id"));
  if (revisions.empty()) co_return base::fail(no_set(*request));
  std::vector<ShownSet> all;
  for (const ReusableInputsRow& row : revisions) {
    if (!row.deleted) all.push_back(shown_set(row, request->services()));
  }
  co_return all;
}

/// Those that flows of the namespace can name: its own and those of its parents, of which it hides some.
base::Task<base::Result<Paged<ShownSet>>> list_sets(Request* request) {
  constexpr std::array<std::string_view, 2> sortable{"id", "namespace"};
  GYR_CO_TRY(const auto orders, parse_order(request->query(), sortable));
  GYR_CO_TRY(const Rows rows, co_await stored_sets(request));
  std::map<std::string_view, const ReusableInputsRow*> newest;  // by id
  for (const std::string& name : model::namespace_and_parents(request->path("namespace"))) {
    std::map<std::string_view, const ReusableInputsRow*> own;
    for (const ReusableInputsRow& row : rows) {
      if (row.namespace_ == name) own[row.id] = &row;
    }
    std::erase_if(own, [](const auto& set) { return set.second->deleted; });
    newest.merge(own);
  }
  std::vector<const ReusableInputsRow*> all;
  for (const auto& [id, row] : newest) all.push_back(row);
  std::ranges::sort(all, [&orders](const ReusableInputsRow* a, const ReusableInputsRow* b) {
    for (const store::Order& order : orders) {
      const auto member = order.field == "id" ? &ReusableInputsRow::id : &ReusableInputsRow::namespace_;
      if (a->*member != b->*member) return order.descending ? a->*member > b->*member : a->*member < b->*member;
    }
    return a->id < b->id;
  });
  co_return page_of(*request, all,
                    [request](const ReusableInputsRow* row) { return shown_set(*row, request->services()); });
}

base::Task<base::Result<std::vector<std::string>>> list_namespaces_with_sets(Request* request) {
  GYR_CO_TRY(const Rows rows, co_await stored_sets(request));
  std::map<std::pair<std::string_view, std::string_view>, bool> exist;
  for (const ReusableInputsRow& row : rows) exist[{row.namespace_, row.id}] = !row.deleted;
  std::set<std::string> names;
  for (const auto& [set, exists] : exist) {
    if (exists) names.emplace(set.first);
  }
  co_return std::vector<std::string>(names.begin(), names.end());
}

/// Commits, then informs the server: the next execution of a flow that names the set has its new inputs.
base::Task<base::Result<void>> store_set(Request* request, ReusableInputsRow row) {
  store::Batch batch;
  put_entity(batch, row);
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  GYR_CO_CHECK(
      co_await request->read([flows = &request->services().flows](store::Reader& reader) -> base::Result<bool> {
        GYR_CHECK(flows->reusable_inputs_changed(reader));
        return true;
      }));
  co_return base::Result<void>();
}

/// A JSON client may send the YAML as a JSON text.
base::Result<std::string> source_of_body(const Request& request, std::string body) {
  const auto type = request.headers().get("Content-Type");
  if (!type || !type->starts_with("application/json") || !base::trim(body).starts_with('"')) return body;
  GYR_TRY(const base::Value text, syntax::parse_json(body));
  return std::string(text.text());
}

/// Everything that is wrong with a source for this path.
std::optional<Problem> problem_of_set(const model::ParsedReusableInputs& parsed, const Request& request) {
  if (!parsed.set) {
    model::ParsedFlow as_flow;
    as_flow.diagnostics = parsed.diagnostics;
    return refused_flow(as_flow);
  }
  if (!parsed.id.empty() && parsed.id != request.path("id"))
    return refused_flow("id", "must be equal to the id in the path", invalid_entity);
  if (!parsed.namespace_.empty() && parsed.namespace_ != request.path("namespace"))
    return refused_flow("namespace", "must be equal to the namespace in the path", invalid_entity);
  return std::nullopt;
}

bool is_set_id(std::string_view id) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !id.empty() && id.size() <= 256 && alphanumeric(id.front()) &&
         std::ranges::all_of(id, [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

base::Task<base::Result<OrProblem<ShownSet>>> put_set(Request* request, SetWrite query) {
  ReusableInputsRow row{{.tenant = request->tenant(),
                         .namespace_ = std::string(request->path("namespace")),
                         .id = std::string(request->path("id"))},
                        {}};
  GYR_CO_CHECK(check_namespace(row.namespace_));
  if (!is_set_id(row.id)) co_return refused_flow("id", "must match \"^[a-zA-Z0-9][.a-zA-Z0-9_-]*\"", invalid_entity);
  GYR_CO_TRY(std::string body, co_await request->read_text(request->settings().limits.yaml_bytes));
  GYR_CO_TRY(row.source, source_of_body(*request, std::move(body)));
  if (auto problem = problem_of_set(model::parse_reusable_inputs(row.source, request->services().registry), *request))
    co_return *std::move(problem);
  row.created = row.updated = request->services().clock.now();
  for (int round = 1;; ++round) {
    GYR_CO_TRY(const Rows rows, co_await stored_sets(request));
    const auto revisions = revisions_of(rows, row.namespace_, row.id);
    const bool exists = !revisions.empty() && !revisions.back().deleted;
    if (query.fail_if_exists && exists) {
      co_return base::fail(illegal_state, fmt::format("Reusable inputs '{}.{}' exist already", row.namespace_, row.id));
    }
    row.read_revision = exists ? revisions.back().revision : 0;
    row.revision = revisions.empty() ? 1 : revisions.back().revision + 1;
    auto written = co_await store_set(request, row);
    if (written) co_return shown_set(row, request->services());
    // Another writer was faster: this one writes the next revision.
    if (written.error().code() != store::store_stale || round == store::max_write_rounds)
      co_return base::fail(written.error());
  }
}

base::Task<base::Result<void>> delete_set(Request* request) {
  GYR_CO_TRY(const Rows rows, co_await stored_sets(request));
  const auto revisions = revisions_of(rows, request->path("namespace"), request->path("id"));
  if (revisions.empty() || revisions.back().deleted) co_return base::fail(no_set(*request));
  ReusableInputsRow row = revisions.back();
  row.deleted = true;
  row.source.clear();
  row.updated = request->services().clock.now();
  co_return co_await store_set(request, std::move(row));
}

}  // namespace

std::vector<Route> reusable_input_routes() {
  const Right may_read{"REUSABLE_INPUTS", Action::read};
  return {
      {.method = Method::get,
       .path = "~/reusable-inputs/namespaces",
       .operation = "namespacesWithBlocks",
       .summary = "List the namespaces that have reusable inputs",
       .rule = {may_read, of_rows},
       .handler = typed<list_namespaces_with_sets>},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/reusable-inputs",
       .operation = "list_3",
       .summary = "List the reusable inputs of a namespace and its parents",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<list_sets>,
       .page_size = 10},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/reusable-inputs/{id}",
       .operation = "get_4",
       .summary = "Get reusable inputs of a namespace or the nearest parent that has them",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<get_set>},
      {.method = Method::put,
       .path = "~/namespaces/{namespace}/reusable-inputs/{id}",
       .operation = "createOrUpdate",
       .summary = "Save reusable inputs",
       .rule = {{"REUSABLE_INPUTS", Action::update}, in_path("namespace")},
       .handler = typed<put_set>,
       .body = yaml_body | text_body | json_body},
      {.method = Method::del,
       .path = "~/namespaces/{namespace}/reusable-inputs/{id}",
       .operation = "delete_3",
       .summary = "Delete reusable inputs",
       .rule = {{"REUSABLE_INPUTS", Action::remove}, in_path("namespace")},
       .handler = typed<delete_set>},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/reusable-inputs/{id}/revisions",
       .operation = "revisions",
       .summary = "List the revisions of reusable inputs",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<list_revisions>},
  };
}

}  // namespace gyr::web
