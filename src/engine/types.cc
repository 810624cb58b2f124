#include "engine/types.h"

#include "engine/flowable/types.h"
#include "engine/items_task.h"
#include "engine/subflow_task.h"
#include "engine/updating/types.h"

namespace gyr::engine {

std::span<const Flowable* const> flowables() {
  static const Flowable* const all[] = {&sequential(),    &parallel(),        &dag(),           &if_task(),
                                        &switch_task(),   &for_each(),        &loop(),          &loop_iteration(),
                                        &for_each_item(), &loop_until(),      &pause_task(),    &working_directory(),
                                        &allow_failure(), &each_sequential(), &each_parallel(), &template_task()};
  return all;
}

std::span<const Updating* const> updating_tasks() {
  static const Updating* const all[] = {&labels_task(), &set_variables(), &unset_variables(), &exit_task()};
  return all;
}

namespace {

template <class Behaviour>
const Behaviour* find_by_type(std::span<const Behaviour* const> all, std::string_view type) {
  // Asked once per task of a compiled flow; the lists are short, but their descriptions are not free.
  static const std::vector<std::pair<std::string, const Behaviour*>> names = [all] {
    std::vector<std::pair<std::string, const Behaviour*>> made;
    for (const Behaviour* behaviour : all) made.emplace_back(behaviour->describe().type, behaviour);
    return made;
  }();
  for (const auto& [name, behaviour] : names) {
    if (name == type) return behaviour;
  }
  return nullptr;
}

}  // namespace

const Flowable* find_flowable(std::string_view type) { return find_by_type(flowables(), type); }
const Updating* find_updating(std::string_view type) { return find_by_type(updating_tasks(), type); }

void register_engine_types(plugin::Registry& registry) {
  for (const Flowable* flowable : flowables()) registry.add(flowable->describe());
  for (const Updating* updating : updating_tasks()) registry.add(updating->describe());
  registry.add(SubflowTask::describe());
  registry.add(describe_items_task());
}

}  // namespace gyr::engine
