// One search over everything that has a page (UI-1080). Each kind is searched with the right of its own lists, so that
// a caller finds what it may see.
#include "web/routes.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "base/clock.h"
#include "base/text.h"
#include "model/flow_parser.h"
#include "model/namespaces.h"
#include "net/url.h"
#include "plugin_api/registry.h"
#include "store/entities/namespace.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/plugins/blueprints.h"
#include "web/search/score.h"
#include "web/search/values.h"

namespace gyr::web {
namespace {

/// What is searched for.
struct EverythingQuery {
  std::string text;
  std::string kinds;
  int64_t size = 20;
};

}  // namespace

template <>
struct DescribedQuery<EverythingQuery> {
  using T = EverythingQuery;
  static constexpr auto parameters = std::tuple(
      parameter("q", &T::text,
                {.documentation = "Words, or parts of words: all must be found. Also the id of an execution, or its "
                                  "beginning",
                 .required = true}),
      parameter("kinds", &T::kinds,
                {.documentation = "execution, flow, namespace, trigger, key, plugin, blueprint, page, separated by "
                                  "commas; default: all"}),
      parameter("size", &T::size, {.documentation = "At most 100", .fallback = "20", .least = 1}));
};

namespace {

using Findings = std::vector<json::Finding>;

constexpr size_t max_search_text = 1'000;
constexpr int64_t max_findings = 100;
/// The rows of one kind that are compared: the store finds them by the longest word.
constexpr uint32_t compared_rows = 200;
/// A shorter text is the beginning of too many ids.
constexpr size_t least_id_text = 4;

/// The search of one request. Copied into the reads of the store.
struct Search {
  SearchWords words;
  std::string text;  ///< as typed, without spaces around it
  std::string tenant;
  std::string pages;  ///< the path of the pages of the tenant

  /// Adds what fits.
  void add(Findings& found, json::Finding finding, int64_t more = 0) const {
    const auto score = words.score(finding.title, finding.detail.value_or(""));
    if (!score) return;
    finding.score = *score + more;
    finding.marks = words.marks(finding.title);
    found.push_back(std::move(finding));
  }
};

json::Finding finding(std::string_view kind, std::string id, std::string title, std::optional<std::string> detail,
                      std::string url) {
  return {.kind = std::string(kind),
          .id = std::move(id),
          .title = std::move(title),
          .detail = std::move(detail),
          .url = std::move(url),
          .state = {},
          .at = {},
          .score = 0,
          .marks = {}};
}

std::string url_of(const model::FlowKey& flow, const Search& search) {
  return fmt::format("{}/flows/edit/{}/{}", search.pages, net::percent_encode(flow.namespace_),
                     net::percent_encode(flow.id));
}

// ---- executions

void add_execution(const model::Execution& execution, const Search& search, int64_t score, Findings& found) {
  const std::string id = execution.id.to_text();
  const auto is_known = [&](const json::Finding& one) { return one.kind == "execution" && one.id == id; };
  if (std::ranges::any_of(found, is_known)) return;
  json::Finding one =
      finding("execution", id, id, execution.flow->namespace_ + "." + execution.flow->id,
              fmt::format("{}/executions/{}/{}/{}", search.pages, net::percent_encode(execution.flow->namespace_),
                          net::percent_encode(execution.flow->id), id));
  one.state = model::to_text(execution.state.current());
  one.at = execution.state.started();
  one.score = score;
  one.marks = search.words.marks(id);
  found.push_back(std::move(one));
}

/// By the id, its beginning, or a label: the newest ones.
base::Result<void> find_executions(store::Reader& reader, const store::Visible& visible, const Search& search,
                                   Findings& found) {
  if (const auto id = base::Id::parse(search.text)) {
    GYR_TRY(const auto row, reader.execution(*id));
    const bool is_seen =
        row && row->execution.flow->tenant == search.tenant && visible.covers(row->execution.flow->namespace_);
    if (is_seen) add_execution(row->execution, search, 1'000, found);
  }
  store::ExecutionQuery query{visible};
  query.tenant = search.tenant;
  query.paging = {.page = 1, .size = compared_rows, .count_limit = 1};
  if (search.text.size() >= least_id_text && !search.text.contains(' ')) {
    store::ExecutionQuery by_id = query;
    by_id.execution_ids.push_back({store::Operator::starts_with, {search.text}});
    GYR_TRY(const auto page, reader.search_executions(by_id));
    for (const auto& row : page.results) add_execution(row.execution, search, 60, found);
  }
  query.text = search.words.longest();
  GYR_TRY(const auto page, reader.search_executions(query));
  for (const auto& row : page.results) {
    // Not those that are only found by their flow: the flow itself is found.
    std::string labels;
    for (const model::Label& label : row.execution.labels) labels += label.key + ":" + label.value + "\n";
    if (search.words.score("", labels)) add_execution(row.execution, search, 20, found);
  }
  return {};
}

// ---- what belongs to flows

base::Result<void> find_flows(store::Reader& reader, const store::Visible& visible, const Search& search,
                              Findings& found) {
  store::FlowQuery query{visible};
  query.tenant = search.tenant;
  query.text = search.words.longest();
  query.paging = {.page = 1, .size = compared_rows, .count_limit = 1};
  GYR_TRY(const auto page, reader.search_flows(query));
  for (const auto& row : page.results)
    search.add(
        found,
        finding("flow", row.key.namespace_ + "/" + row.key.id, row.key.id, row.key.namespace_, url_of(row.key, search)),
        5);
  return {};
}

base::Result<void> find_triggers(store::Reader& reader, const store::Visible& visible, const Search& search,
                                 Findings& found) {
  store::TriggerQuery query{visible};
  query.tenant = search.tenant;
  query.text = search.words.longest();
  query.paging = {.page = 1, .size = compared_rows, .count_limit = 1};
  GYR_TRY(const auto page, reader.search_triggers(query));
  for (const auto& row : page.results)
    search.add(found, finding("trigger", fmt::format("{}/{}/{}", row.flow->namespace_, row.flow->id, row.trigger_id),
                              row.trigger_id, row.flow->namespace_ + "." + row.flow->id,
                              url_of(*row.flow, search) + "/triggers"));
  return {};
}

base::Result<void> find_namespaces(store::Reader& reader, const store::Visible& visible, const Search& search,
                                   Findings& found) {
  std::set<std::string> names;
  GYR_TRY(const auto rows, store::list_entities<store::NamespaceRow>(reader, visible, {.tenant = search.tenant}));
  for (const auto& row : rows) names.insert(row.id);
  GYR_TRY(const auto of_flows, reader.namespaces(visible, search.tenant));
  for (const auto& name : of_flows) {
    for (auto& one : model::namespace_and_parents(name)) {
      if (visible.covers(one)) names.insert(std::move(one));
    }
  }
  for (const auto& name : names)
    search.add(found, finding("namespace", name, name, {},
                              fmt::format("{}/namespaces/edit/{}", search.pages, net::percent_encode(name))));
  return {};
}

base::Result<void> find_keys(store::Reader& reader, const store::Visible& visible, const Search& search,
                             base::Instant now, Findings& found) {
  store::KvQuery query{visible};
  query.tenant = search.tenant;
  query.text = search.words.longest();
  query.now = now;
  query.paging = {.page = 1, .size = compared_rows, .count_limit = 1};
  GYR_TRY(const auto page, reader.search_kv(query));
  for (const auto& row : page.results)
    search.add(found, finding("key", row.namespace_ + "/" + row.key, row.key, row.namespace_,
                              fmt::format("{}/kv?filters[namespace][EQUALS]={}&filters[q][EQUALS]={}", search.pages,
                                          net::percent_encode(row.namespace_), net::percent_encode(row.key))));
  return {};
}

// ---- what is part of the program

void find_plugins(const plugin::Registry& registry, const Search& search, Findings& found) {
  const auto add = [&](const auto& types) {
    for (const plugin::TypeDescription& type : types) {
      const std::string name(type.type.substr(type.type.rfind('.') + 1));
      search.add(found, finding("plugin", std::string(type.type), name, std::string(type.type),
                                fmt::format("{}/plugins/{}", search.pages, type.type)));
    }
  };
  add(registry.tasks());
  add(registry.triggers());
  add(registry.conditions());
  add(registry.task_runners());
}

void find_blueprints(const plugin::Registry& registry, const Search& search, Findings& found) {
  for (const auto& [id, title] : blueprint_titles(registry))
    search.add(found, finding("blueprint", id, title, {},
                              fmt::format("{}/blueprints/flow/community/{}", search.pages, net::percent_encode(id))));
}

/// The pages of the tenant, by their address.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> page_titles{
    {{"dashboards", "Dashboards"},
     {"flows", "Flows"},
     {"executions", "Executions"},
     {"logs", "Logs"},
     {"namespaces", "Namespaces"},
     {"kv", "Keys and values"},
     {"secrets", "Secrets"},
     {"admin/triggers", "Triggers"},
     {"admin/concurrency-limits", "Concurrency limits"},
     {"plugins", "Plugins"},
     {"blueprints/flow/community", "Blueprints"},
     {"admin/stats", "System overview"},
     {"admin/instance", "Services and maintenance"},
     {"flows/new", "New flow"},
     {"flows/search", "Search in sources"},
     {"preferences", "Preferences"}}};

void find_pages(const Search& search, Findings& found) {
  for (const auto& [path, title] : page_titles)
    search.add(found,
               finding("page", std::string(path), std::string(title), {}, fmt::format("{}/{}", search.pages, path)));
}

// ---- all

/// A kind, the right with which it is searched, and its search.
struct Searched {
  std::string_view kind;
  Right right;
  using InStore = base::Result<void> (*)(store::Reader& reader, const store::Visible& visible, const Search& search,
                                         base::Instant now, Findings& found);
  InStore in_store = nullptr;
};

template <auto find>
base::Result<void> without_time(store::Reader& reader, const store::Visible& visible, const Search& search,
                                base::Instant, Findings& found) {
  return find(reader, visible, search, found);
}

constexpr std::array<Searched, 8> searched_kinds{{
    {"execution", {"EXECUTION", Action::read}, without_time<find_executions>},
    {"flow", {"FLOW", Action::read}, without_time<find_flows>},
    {"namespace", {"NAMESPACE", Action::read}, without_time<find_namespaces>},
    {"trigger", {"EXECUTION", Action::read}, without_time<find_triggers>},
    {"key", {"KVSTORE", Action::read}, find_keys},
    {"plugin", {"PLUGIN", Action::read}},
    {"blueprint", {"BLUEPRINT", Action::read}},
    {"page", {}},
}};

base::Result<std::vector<const Searched*>> kinds_of(std::string_view text) {
  std::vector<const Searched*> kinds;
  if (text.empty()) {
    for (const Searched& kind : searched_kinds) kinds.push_back(&kind);
    return kinds;
  }
  for (std::string_view name : base::split(text, ',')) {
    const auto kind = std::ranges::find(searched_kinds, base::trim(name), &Searched::kind);
    if (kind == searched_kinds.end())
      return base::fail(bad_argument, fmt::format("kinds: `{}` is not a kind", name.substr(0, 100)));
    kinds.push_back(&*kind);
  }
  return kinds;
}

void find_in_program(const Request& request, const Searched& kind, const Search& search, Findings& found) {
  const plugin::Registry& registry = request.services().registry;
  if (kind.kind == "page") return find_pages(search, found);
  if (!request.visible(kind.right).everything()) return;
  if (kind.kind == "plugin") return find_plugins(registry, search, found);
  find_blueprints(registry, search, found);
}

base::Task<base::Result<Findings>> search_everything(Request* request, EverythingQuery wanted) {
  if (wanted.text.size() > max_search_text)
    co_return base::fail(bad_argument, fmt::format("q: must have at most {} characters", max_search_text));
  GYR_CO_TRY(const auto kinds, kinds_of(wanted.kinds));
  const Search search{SearchWords(wanted.text), std::string(base::trim(wanted.text)), request->tenant(),
                      request->settings().context_path + "/ui/" + request->tenant()};
  Findings found;
  if (search.words.empty()) co_return found;
  for (const Searched* kind : kinds) {
    if (kind->in_store == nullptr) {
      find_in_program(*request, *kind, search, found);
      continue;
    }
    const store::Visible visible = request->visible(kind->right);
    if (visible.nothing()) continue;
    GYR_CO_TRY(auto part, co_await request->read([=, now = request->services().clock.now()](
                                                     store::Reader& reader) -> base::Result<Findings> {
      Findings part;
      GYR_CHECK(kind->in_store(reader, visible, search, now, part));
      return part;
    }));
    std::ranges::move(part, std::back_inserter(found));
  }
  std::ranges::sort(found, [](const json::Finding& a, const json::Finding& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.at != b.at) return a.at > b.at;  // the newest execution first
    return std::tuple(a.title.size(), std::string_view(a.kind), std::string_view(a.id)) <
           std::tuple(b.title.size(), std::string_view(b.kind), std::string_view(b.id));
  });
  const auto size = static_cast<size_t>(std::min(wanted.size, max_findings));
  if (found.size() > size) found.resize(size);
  co_return found;
}

}  // namespace

std::vector<Route> search_routes() {
  return {
      {.method = Method::get,
       .path = "~/search",
       .operation = "searchEverything",
       .summary = "Find executions, flows, namespaces, triggers, keys, plugins, blueprints and pages by a text",
       .rule = Rule::caller({"SEARCH", Action::read}),
       .handler = typed<search_everything>},
  };
}

}  // namespace gyr::web
