#include "web/blueprints.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "embedded/blueprints.h"
#include "engine/compiled_flow.h"
#include "model/flow_parser.h"
#include "plugin_api/registry.h"
#include "web/flow_graph.h"
#include "web/http/answers.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;

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

Value texts(const std::vector<std::string>& items) {
  base::ListBuilder list;
  for (const std::string& item : items) list.push(Value::string(item));
  return list.build();
}

MapBuilder shown(const Blueprint& blueprint) {
  MapBuilder map;
  map.set("id", Value::string(blueprint.id));
  map.set("title", Value::string(blueprint.title));
  map.set("description", Value::string(blueprint.description));
  map.set("includedTasks", texts(blueprint.tasks));
  map.set("tags", texts(blueprint.tags));
  return map;
}

bool is_about(const Blueprint& blueprint, std::string_view wanted) {
  if (wanted.empty()) return true;
  std::string all = blueprint.title + "\n" + blueprint.description;
  for (const std::string& task : blueprint.tasks) all += "\n" + task;
  return base::to_lower_ascii(all).find(wanted) != std::string::npos;
}

base::Result<const Blueprint*> find_blueprint(Request* request) {
  if (request->path("kind") == "flow") {
    const auto& all = all_blueprints(request->services().registry);
    const auto found = std::ranges::find(all, request->path("id"), &Blueprint::id);
    if (found != all.end()) return &*found;
  }
  return base::fail(not_found, fmt::format("Blueprint '{}' not found", request->path("id")));
}

}  // namespace

base::Task<Outcome> search_blueprints(Request* request) {
  const std::string wanted = base::to_lower_ascii(request->text("q").value_or(""));
  const std::string tag(request->text("tags").value_or(""));
  const auto size = static_cast<uint64_t>(request->page_size());
  const uint64_t begin = static_cast<uint64_t>(request->page() - 1) * size;
  base::ListBuilder page;
  uint64_t total = 0;
  if (request->path("kind") == "flow") {
    for (const Blueprint& blueprint : all_blueprints(request->services().registry)) {
      const bool has_tag = tag.empty() || std::ranges::find(blueprint.tags, tag) != blueprint.tags.end();
      if (!has_tag || !is_about(blueprint, wanted)) continue;
      if (total >= begin && total < begin + size) page.push(shown(blueprint).build());
      total += 1;
    }
  }
  co_return json_answer(
      Value::map({{"results", page.build()}, {"total", Value::integer(static_cast<int64_t>(total))}}));
}

base::Task<Outcome> get_blueprint(Request* request) {
  GYR_CO_TRY(const Blueprint* blueprint, find_blueprint(request));
  MapBuilder map = shown(*blueprint);
  map.set("source", Value::string(blueprint->source));
  co_return json_answer(map.build());
}

base::Task<Outcome> get_blueprint_source(Request* request) {
  GYR_CO_TRY(const Blueprint* blueprint, find_blueprint(request));
  co_return text_answer(blueprint->source, "application/x-yaml");
}

base::Task<Outcome> get_blueprint_graph(Request* request) {
  GYR_CO_TRY(const Blueprint* blueprint, find_blueprint(request));
  const plugin::Registry& registry = request->services().registry;
  const auto parsed = model::parse_flow(blueprint->source, registry, {.advise = false});
  if (!parsed.flow) co_return base::fail(illegal_state, "cannot read the blueprint: " + parsed.first_error());
  auto key = std::make_shared<const model::FlowKey>(
      model::FlowKey{request->tenant(), parsed.flow->namespace_, parsed.flow->id});
  GYR_CO_TRY(auto compiled, engine::CompiledFlow::compile(parsed.flow, std::move(key), registry));
  co_return json_answer(flow_graph({*compiled, registry}));
}

base::Task<Outcome> list_blueprint_tags(Request* request) {
  std::set<std::string> tags;
  if (request->path("kind") == "flow") {
    for (const Blueprint& blueprint : all_blueprints(request->services().registry))
      tags.insert(blueprint.tags.begin(), blueprint.tags.end());
  }
  base::ListBuilder list;
  for (const std::string& tag : tags) list.push(Value::map({{"id", Value::string(tag)}, {"name", Value::string(tag)}}));
  co_return json_answer(list.build());
}

}  // namespace gyr::web
