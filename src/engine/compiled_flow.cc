#include "engine/compiled_flow.h"

#include <map>
#include <set>

#include "engine/flowable/flowable.h"
#include "engine/items_task.h"
#include "engine/subflow_task.h"
#include "engine/updating/updating.h"

namespace gyr::engine {

using base::Value;

namespace {

/// Adds the references of the default values of properties, because the task itself does not contain them.
class DefaultReferences {
 public:
  explicit DefaultReferences(std::vector<expression::Reference>& references) : references_(references) {}

  void add(const model::Schema& schema) {
    if (!seen_.insert(&schema).second) return;  // objects can contain objects of their own kind
    for (const model::Property& property : schema.properties()) {
      if (!property.options.default_value.is_null()) add(property.options.default_value);
      add(property.type);
    }
  }

 private:
  void add(const Value& value) {
    for (const auto& reference : expression::ValueTemplate(value).references()) {
      if (std::ranges::find(references_, reference) == references_.end()) references_.push_back(reference);
    }
  }
  void add(const model::TypeInfo& type) {
    if (type.object != nullptr) add(type.object());
    if (type.item != nullptr) add(*type.item);
    for (const auto& [name, schema] : type.variants) add(schema());
  }

  std::vector<expression::Reference>& references_;
  std::set<const model::Schema*> seen_;
};

}  // namespace

/// Visits the lists of tasks once and numbers the enabled tasks.
class FlowCompiler {
 public:
  FlowCompiler(CompiledFlow& flow, const plugin::Registry& registry) : flow_(flow), registry_(registry) {}

  base::Result<void> compile() {
    const model::Flow& definition = flow_.flow();
    const std::vector<model::TaskSpec>* lists[] = {&definition.tasks, &definition.errors, &definition.finally,
                                                   &definition.after_execution};
    for (size_t i = 0; i < std::size(lists); ++i) {
      const auto role = static_cast<ListRole>(i);
      GYR_CHECK(compile_list(lists[i], {CompiledTask::no_parent, role, 0, 0, nullptr, role == ListRole::after},
                             flow_.lists_[i]));
    }
    for (const model::Listener& listener : definition.listeners) {
      TaskList tasks;
      GYR_CHECK(compile_list(&listener.tasks, {CompiledTask::no_parent, ListRole::after, 0, 0, nullptr, true}, tasks));
      flow_.listeners_.push_back({&listener, std::move(tasks)});
    }
    // Ids point into the specs, which do not move.
    for (const CompiledTask& task : flow_.tasks_) flow_.by_id_.emplace(task.id(), task.index);
    for (const model::FlowOutput& output : definition.outputs) {
      flow_.outputs_.push_back({&output, expression::ValueTemplate(output.value.source())});
    }
    for (const model::Sla& sla : definition.sla) {
      flow_.slas_.push_back(
          {&sla, expression::ValueTemplate(sla.assertion.is_set() ? sla.assertion.source() : Value())});
    }
    compile_inputs(definition);
    flow_.variables_ = definition.variables.is_map() ? definition.variables : Value::empty_map();
    base::MapBuilder context;
    context.set("id", Value::string(flow_.key_->id));
    context.set("namespace", Value::string(flow_.key_->namespace_));
    context.set("revision", Value::narrow_integer(definition.revision));
    context.set("tenantId", Value::string(flow_.key_->tenant));
    flow_.context_value_ = context.build();
    return {};
  }

 private:
  /// Where a list hangs.
  struct Place {
    uint32_t parent;
    ListRole role;
    uint32_t branch;
    uint32_t loops;
    const model::Retry* inherited_retry;
    bool after_end = false;  ///< in `afterExecution` or a listener: nothing there is retried (EXEC-42)
    const std::vector<uint32_t>* scopes = nullptr;  ///< CompiledTask::scopes, and with them
    uint32_t scoped = 0;
    const model::TaskSpec* maker = nullptr;  ///< whose type has made the tasks
  };

  base::Result<void> compile_list(const ChildLists::Tasks& specs, const Place& place, TaskList& list) {
    for (const model::TaskSpec* spec : specs) {
      if (spec->disabled) continue;  // it does not exist for the engine (TASK-2)
      auto index = static_cast<uint32_t>(flow_.tasks_.size());
      const auto number = static_cast<uint32_t>(list.size());
      list.push_back(index);
      flow_.tasks_.emplace_back();
      GYR_CHECK(compile_task(*spec, place, index));
      flow_.tasks_[index].place = number;
    }
    return {};
  }

  base::Result<void> compile_task(const model::TaskSpec& spec, const Place& place, uint32_t index) {
    const plugin::TaskType& type = registry_.type_of(spec);
    CompiledTask task;
    task.index = index;
    task.parent = place.parent;
    task.role = place.role;
    task.branch = place.branch;
    task.spec = &spec;
    task.type = &type;
    task.loops = place.loops;
    if (place.scopes != nullptr) task.scopes = *place.scopes;
    task.scoped = place.scoped;
    task.allow_failure = spec.allow_failure;
    task.allow_warning = spec.allow_warning;
    if (spec.run_if.is_set()) task.run_if.emplace(spec.run_if.source());
    task.retry = spec.retry ? &*spec.retry : place.inherited_retry;
    if (task.retry == nullptr && flow_.flow().retry) task.retry = &*flow_.flow().retry;
    if (place.after_end) task.retry = nullptr;
    task.retry_is_own = spec.retry.has_value();

    Value decision;
    bool decides = false;
    if (type.is(plugin::Trait::flowable)) {
      task.kind = TaskKind::flowable;
      task.flowable = find_flowable(type.type);
      if (task.flowable == nullptr) return unknown_behaviour(spec);
      if (auto wanted = task.flowable->decision(spec)) {
        decision = *std::move(wanted);
        decides = true;
      }
      task.decision_typed = task.flowable->decision_is_typed();
      for (Value& source : task.flowable->later(spec)) task.later.emplace_back(std::move(source));
      task.allow_failure = task.allow_failure || task.flowable->allows_failure();
      task.isolates = task.flowable->isolates();
      task.forgives = task.flowable->forgives(spec);
      task.on_worker = task.flowable->runs_on_worker();
    } else if (type.is(plugin::Trait::execution_updating)) {
      task.kind = TaskKind::updating;
      task.updating = find_updating(type.type);
      if (task.updating == nullptr) return unknown_behaviour(spec);
      decision = task.updating->decision(spec);
      decides = true;
    } else if (type.is(plugin::Trait::executable)) {
      task.kind = spec.is(items_type) ? TaskKind::items : TaskKind::subflow;
      decision = subflow_decision(spec.properties<SubflowTask>());
      decides = true;
    } else if (type.runnable()) {
      task.kind = TaskKind::worker;
      task.references = references_of(spec, type);
      task.may_run_inline = type.is(plugin::Trait::pure) && !spec.timeout.is_set() && task.retry == nullptr &&
                            !spec.task_cache && !spec.worker_group && !spec.log_to_file;
    } else {
      return unknown_behaviour(spec);
    }
    if (decides) task.decision.emplace(std::move(decision));
    if (task.kind == TaskKind::flowable) {
      GYR_CHECK(compile_children(spec, place, task));
    }
    if (task.on_worker) add_references_of_children(task, spec);
    flow_.tasks_[index] = std::move(task);
    return {};
  }

  base::Result<const std::vector<model::TaskSpec>*> bind_made_tasks(const std::vector<MadeTask>& made) {
    model::BindContext context(registry_);
    std::vector<model::TaskSpec> specs(made.size());
    for (size_t i = 0; i < made.size(); ++i) {
      model::Binder<model::TaskSpec>::bind(made[i].node, specs[i], context);
      specs[i].id = made[i].id;
    }
    if (context.failed()) return base::fail(flow_not_runnable, context.diagnostics().front().message);
    return &flow_.made_tasks_.emplace_back(std::move(specs));
  }

  /// All expressions of a task, at any depth: the context of a worker must contain their values.
  static std::vector<expression::Reference> references_of(const model::TaskSpec& spec, const plugin::TaskType& type) {
    auto references = expression::ValueTemplate(spec.node->to_value()).references();
    DefaultReferences(references).add(type.schema);
    return references;
  }

  /// The expressions of the children are inside the mapping of the task; the default values of their types are not.
  void add_references_of_children(CompiledTask& task, const model::TaskSpec& spec) {
    task.references = references_of(spec, *task.type);
    DefaultReferences defaults(task.references);
    for (const TaskList& list : task.branches) {
      for (uint32_t child : list) defaults.add(flow_.tasks_[child].type->schema);
    }
  }

  base::Result<void> compile_children(const model::TaskSpec& spec, const Place& place, CompiledTask& task) {
    std::optional<ChildLists> of_maker;
    if (place.maker != nullptr) of_maker = task.flowable->lists_of_maker(*place.maker);
    ChildLists lists = of_maker ? *std::move(of_maker) : task.flowable->lists(spec);
    bool are_made = false;
    if (auto nodes = task.flowable->made_tasks(spec); !nodes.empty()) {
      GYR_TRY(const auto* made, bind_made_tasks(nodes));
      lists.branches.push_back({"tasks", made});
      are_made = true;
    }
    const model::Retry* retry = spec.retry ? &*spec.retry : place.inherited_retry;
    uint32_t loops_below = place.loops + (task.flowable->is_loop() ? 1 : 0);
    std::vector<uint32_t> scopes_below = task.scopes;
    if (task.isolates) scopes_below.push_back(task.index);
    for (uint32_t i = 0; i < lists.branches.size(); ++i) {
      task.branch_names.push_back(lists.branches[i].name);
      TaskList branch;
      const Place below{task.index,
                        ListRole::tasks,
                        i,
                        loops_below,
                        retry,
                        place.after_end,
                        &scopes_below,
                        task.isolates ? loops_below : task.scoped,
                        are_made ? &spec : nullptr};
      GYR_CHECK(compile_list(lists.branches[i].tasks, below, branch));
      task.branches.push_back(std::move(branch));
    }
    if (!lists.depends_on.empty()) compile_dependencies(lists, task);
    if (lists.on_pause != nullptr) GYR_CHECK(compile_on_pause(*lists.on_pause, retry, task));
    if (auto nodes = task.flowable->made_finals(spec); !nodes.empty()) {
      GYR_TRY(const auto* made, bind_made_tasks(nodes));
      GYR_CHECK(compile_list(
          made, {task.index, ListRole::finally_, 0, place.loops, retry, place.after_end, &task.scopes, task.scoped},
          task.finals));
    }
    // Runs of a loop's own errors and finally carry no value (TASK-35).
    if (lists.errors != nullptr) {
      GYR_CHECK(compile_list(
          lists.errors,
          {task.index, ListRole::errors, 0, place.loops, retry, place.after_end, &task.scopes, task.scoped},
          task.errors));
    }
    if (lists.finals != nullptr) {
      GYR_CHECK(compile_list(
          lists.finals,
          {task.index, ListRole::finally_, 0, place.loops, retry, place.after_end, &task.scopes, task.scoped},
          task.finals));
    }
    return {};
  }

  /// The task a Pause runs when it begins: its run has no parent, so no value of a loop around it (TASK-39).
  base::Result<void> compile_on_pause(const model::TaskSpec& spec, const model::Retry* retry, CompiledTask& task) {
    ChildLists::Tasks one;
    one.push_back(&spec);
    TaskList list;
    GYR_CHECK(compile_list(one, {task.index, ListRole::on_pause, 0, 0, retry}, list));
    if (!list.empty()) task.on_pause = list.front();
    return {};
  }

  /// Whom each task of a Dag waits for, by place; one that is disabled is as good as done (TASK-32).
  static void compile_dependencies(const ChildLists& lists, CompiledTask& task) {
    std::map<std::string_view, uint32_t> places;
    uint32_t enabled = 0;
    for (const model::TaskSpec* spec : lists.branches[0].tasks) {
      if (!spec->disabled) places.emplace(spec->id, enabled++);
    }
    for (size_t i = 0; i < lists.depends_on.size(); ++i) {
      if (lists.branches[0].tasks[i]->disabled) continue;
      auto& needed = task.depends_on.emplace_back();
      for (const std::string& id : lists.depends_on[i]) {
        if (auto found = places.find(id); found != places.end()) needed.push_back(found->second);
      }
    }
  }

  static Value subflow_decision(const SubflowTask& subflow) {
    base::MapBuilder decision;
    decision.set("namespace", subflow.namespace_.source());
    decision.set("flowId", subflow.flow_id.source());
    if (subflow.inputs.is_set()) decision.set("inputs", subflow.inputs.source());
    if (subflow.labels.is_set()) decision.set("labels", subflow.labels.source());
    if (subflow.schedule_date.is_set()) decision.set("scheduleDate", subflow.schedule_date.source());
    return decision.build();
  }

  void compile_inputs(const model::Flow& definition) {
    for (const model::NamedInput& input : model::expand_inputs(definition.inputs)) {
      if (!input.input->defaults.is_set()) continue;
      flow_.defaulted_inputs_.push_back({input.id, expression::ValueTemplate(input.input->defaults.source())});
    }
  }

  static std::unexpected<base::Error> unknown_behaviour(const model::TaskSpec& spec) {
    return base::fail(flow_not_runnable, "task `" + spec.id + "`: this server cannot run the type " + spec.type);
  }

  CompiledFlow& flow_;
  const plugin::Registry& registry_;
};

base::Result<std::shared_ptr<const CompiledFlow>> CompiledFlow::compile(std::shared_ptr<const model::Flow> flow,
                                                                        std::shared_ptr<const model::FlowKey> key,
                                                                        const plugin::Registry& registry) {
  struct Made : CompiledFlow {};
  auto compiled = std::make_shared<Made>();
  compiled->flow_ = std::move(flow);
  compiled->key_ = std::move(key);
  GYR_CHECK(FlowCompiler(*compiled, registry).compile());
  return std::shared_ptr<const CompiledFlow>(std::move(compiled));
}

const CompiledTask* CompiledFlow::find(std::string_view id) const {
  auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &tasks_[found->second];
}

}  // namespace gyr::engine
