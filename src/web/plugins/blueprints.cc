#include "web/plugins/blueprints.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "embedded/blueprints.h"
#include "engine/compiled_flow.h"
#include "model/flow_parser.h"
#include "plugin_api/registry.h"
#include "web/flows/flow_graph.h"
#include "web/http/answers.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/typed.h"

namespace gyr::web {
namespace {

/// One ready flow.
struct Blueprint {
  std::string id;
  std::string title;
  std::string description;
  std::string source;
  std::vector<std::string> tasks;
  std::vector<std::string> tags;
};

/// The comments of an example that are only for the tests.
bool is_for_tests(std::string_view comment) {
  return comment.starts_with("exits ") || comment.starts_with("run:") || comment.starts_with("expect:");
}

/// `io.kestra.plugin.core.flow.Pause` gives `core.flow`.
std::string type_tag(std::string_view type) {
  constexpr std::string_view family = "io.kestra.plugin.";
  if (type.starts_with(family)) type.remove_prefix(family.size());
  return std::string(type.substr(0, std::min(type.rfind('.'), type.size())));
}

/// A name as a title: `loop-until` gives `Loop until`.
std::string words_of(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '-', ' ');
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

Blueprint read_blueprint(const base::EmbeddedFile& file, const plugin::Registry& registry) {
  Blueprint blueprint;
  blueprint.id = file.name.substr(0, file.name.rfind('.'));
  blueprint.title = words_of(blueprint.id);
  bool in_head = true;
  for (std::string_view line : base::split(file.content, '\n')) {
    in_head = in_head && line.starts_with('#');
    const std::string_view comment = base::trim(line.substr(std::min<size_t>(1, line.size())));
    if (in_head && is_for_tests(comment)) continue;
    if (in_head) blueprint.description += (blueprint.description.empty() ? "" : "\n") + std::string(comment);
    blueprint.source.append(line).append("\n");
  }
  if (file.content.ends_with('\n')) blueprint.source.pop_back();  // the last piece of the split is empty
  const auto parsed = model::parse_flow(blueprint.source, registry, {.advise = false});
  if (!parsed.flow) return blueprint;
  std::set<std::string> types, tags;
  const auto add = [&](const std::string& type) {
    types.insert(type);
    tags.insert(type_tag(type));
  };
  parsed.flow->for_each_task([&](const model::TaskSpec& task) { add(task.type); });
  for (const model::TriggerSpec& trigger : parsed.flow->triggers) add(trigger.type);
  blueprint.tasks.assign(types.begin(), types.end());
  blueprint.tags.assign(tags.begin(), tags.end());
  if (blueprint.description.empty()) blueprint.description = parsed.flow->description;
  return blueprint;
}

/// All, in order of their titles. Read once a process: the files and the types are parts of it.
const std::vector<Blueprint>& all_blueprints(const plugin::Registry& registry) {
  static const std::vector<Blueprint> all = [&registry] {
    std::vector<Blueprint> made;
    for (const base::EmbeddedFile& file : embedded::blueprints()) made.push_back(read_blueprint(file, registry));
    std::ranges::sort(made, {}, &Blueprint::title);
    return made;
  }();
  return all;
}

json::Blueprint shown(const Blueprint& blueprint) {
  return {.id = blueprint.id,
          .title = blueprint.title,
          .description = blueprint.description,
          .included_tasks = blueprint.tasks,
          .tags = blueprint.tags,
          .source = {}};
}

json::Blueprint with_source(const Blueprint& blueprint) {
  json::Blueprint whole = shown(blueprint);
  whole.source = blueprint.source;
  return whole;
}

/// Paths of 0.x have no kind (API-5): all blueprints are flows.
bool is_flow_kind(const Request& request) {
  return !request.route().path.contains("{kind}") || base::equals_ignoring_case(request.path("kind"), "flow");
}

bool has_tag(const Blueprint& blueprint, const std::vector<std::string>& tags) {
  return std::ranges::any_of(
      tags, [&](const std::string& tag) { return std::ranges::find(blueprint.tags, tag) != blueprint.tags.end(); });
}

bool is_about(const Blueprint& blueprint, std::string_view wanted) {
  if (wanted.empty()) return true;
  std::string all = blueprint.title + "\n" + blueprint.description;
  for (const std::string& task : blueprint.tasks) all += "\n" + task;
  return base::to_lower_ascii(all).find(wanted) != std::string::npos;
}

/// Null: there is none.
const Blueprint* blueprint_of(const Request& request, std::string_view id) {
  const auto& all = all_blueprints(request.services().registry);
  const auto found = std::ranges::find(all, id, &Blueprint::id);
  return found == all.end() ? nullptr : &*found;
}

base::Result<const Blueprint*> find_blueprint(Request* request) {
  const Blueprint* found = is_flow_kind(*request) ? blueprint_of(*request, request->path("id")) : nullptr;
  if (found != nullptr) return found;
  return base::fail(not_found, fmt::format("Blueprint '{}' not found", request->path("id")));
}

/// The blueprints of the kind in the path that the filters leave, with one of the tags if there are any (API-112).
base::Result<std::vector<const Blueprint*>> selected_blueprints(const Request& request, std::vector<std::string> tags) {
  GYR_TRY(auto filters, parse_filters(request.query(), Resource::blueprint));
  if (const auto words = request.text("q"); words && filters.empty())
    filters.push_back({Field::q, store::Operator::equals, {}, {std::string(*words)}});
  if (!tags.empty()) filters.push_back({Field::tags, store::Operator::in, {}, std::move(tags)});
  std::vector<const Blueprint*> found;
  if (is_flow_kind(request)) {
    for (const Blueprint& blueprint : all_blueprints(request.services().registry)) found.push_back(&blueprint);
  }
  for (const Filter& filter : filters) {
    const bool is_wanted = filter.op != store::Operator::not_equals && filter.op != store::Operator::not_in;
    std::erase_if(found, [&](const Blueprint* blueprint) {
      const bool matches =
          filter.field == Field::tags
              ? has_tag(*blueprint, filter.values)
              : is_about(*blueprint, base::to_lower_ascii(filter.values.empty() ? "" : filter.values.front()));
      return matches != is_wanted;
    });
  }
  return found;
}

}  // namespace

base::Task<base::Result<BlueprintsOrOne>> search_blueprints(Request* request) {
  if (request->route().path.ends_with("{kind}") && !is_flow_kind(*request)) {
    // An id stands there, in a path of 0.x: the blueprint is behind its kind.
    if (const Blueprint* one = blueprint_of(*request, request->path("kind")))
      co_return Redirect{fmt::format("{}/api/v1/{}/blueprints/community/flow/{}", request->settings().context_path,
                                     request->tenant(), one->id)};
  }
  GYR_CO_TRY(auto orders, parse_order(request->query(), Resource::blueprint));
  std::vector<std::string> tags;
  for (std::string_view given : request->texts("tags")) {
    for (std::string_view tag : base::split(given, ',')) tags.emplace_back(base::trim(tag));
  }
  std::erase(tags, "");
  GYR_CO_TRY(auto found, selected_blueprints(*request, std::move(tags)));
  std::ranges::sort(found, [&orders](const Blueprint* a, const Blueprint* b) {
    for (const store::Order& order : orders) {
      const auto member = order.field == "id" ? &Blueprint::id : &Blueprint::title;
      if (a->*member != b->*member) return order.descending ? a->*member > b->*member : a->*member < b->*member;
    }
    return a < b;  // in one vector, by title
  });
  co_return page_of(*request, found, [](const Blueprint* blueprint) { return shown(*blueprint); });
}

std::vector<std::pair<std::string, std::string>> blueprint_titles(const plugin::Registry& registry) {
  std::vector<std::pair<std::string, std::string>> titles;
  for (const Blueprint& blueprint : all_blueprints(registry)) titles.emplace_back(blueprint.id, blueprint.title);
  return titles;
}

base::Task<base::Result<json::Blueprint>> get_blueprint(Request* request) {
  GYR_CO_TRY(const Blueprint* blueprint, find_blueprint(request));
  co_return with_source(*blueprint);
}

base::Task<Outcome> get_blueprint_source(Request* request) {
  GYR_CO_TRY(const Blueprint* blueprint, find_blueprint(request));
  co_return text_answer(blueprint->source, "application/x-yaml");
}

base::Task<base::Result<json::FlowGraph>> get_blueprint_graph(Request* request) {
  GYR_CO_TRY(const Blueprint* blueprint, find_blueprint(request));
  const plugin::Registry& registry = request->services().registry;
  const auto parsed = model::parse_flow(blueprint->source, registry, {.advise = false});
  if (!parsed.flow) co_return base::fail(illegal_state, "cannot read the blueprint: " + parsed.first_error());
  auto key = std::make_shared<const model::FlowKey>(
      model::FlowKey{request->tenant(), parsed.flow->namespace_, parsed.flow->id});
  GYR_CO_TRY(auto compiled, engine::CompiledFlow::compile(parsed.flow, std::move(key), registry));
  co_return flow_graph({*compiled, registry});
}

base::Task<base::Result<std::vector<json::BlueprintTag>>> list_blueprint_tags(Request* request) {
  GYR_CO_TRY(const auto found, selected_blueprints(*request, {}));
  std::set<std::string> tags;
  for (const Blueprint* blueprint : found) tags.insert(blueprint->tags.begin(), blueprint->tags.end());
  std::vector<json::BlueprintTag> list;
  for (const std::string& tag : tags) list.push_back({tag, tag});
  co_return list;
}

}  // namespace gyr::web
