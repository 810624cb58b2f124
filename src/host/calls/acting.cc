// Host calls about other executions: counting them, ending one (CORE-98, TASK-97).
#include <fmt/format.h>

#include "command/commands.h"
#include "command/errors.h"
#include "host/calls/target.h"

namespace gyr::executor {

using base::Value;

namespace {

base::Result<Value> counts(store::Reader& reader, const store::ExecutionQuery& frame, const Value& arguments) {
  base::ListBuilder flows;
  if (const Value* list = arguments.find("flows"); list != nullptr && list->is_list()) {
    for (const Value& flow : list->items()) {
      store::ExecutionQuery query = frame;
      query.namespaces = {{store::Operator::equals, {text_argument(flow, "namespace").value_or("")}}};
      query.flow_ids = {{store::Operator::equals, {text_argument(flow, "flowId").value_or("")}}};
      GYR_TRY(uint64_t count, reader.count_executions(query));
      flows.push(Value::integer(static_cast<int64_t>(count)));
    }
  }
  base::ListBuilder namespaces;
  for (const std::string& namespace_ : texts_argument(arguments, "namespaces")) {
    store::ExecutionQuery query = frame;
    query.namespaces = {{store::Operator::equals, {namespace_}}};
    GYR_TRY(uint64_t count, reader.count_executions(query));
    namespaces.push(Value::integer(static_cast<int64_t>(count)));
  }
  return Value::map({{"flows", flows.build()}, {"namespaces", namespaces.build()}});
}

}  // namespace

void HostService::count_executions(const HostScope& scope, const Value& arguments, Done done) {
  store::ExecutionQuery query{visible_to_tasks()};
  query.tenant = scope.flow.tenant;
  for (const std::string& name : texts_argument(arguments, "states")) {
    const auto state = model::parse_state(name);
    if (!state) return done(base::fail(host_refused, "`states`: unknown state `" + name + "`"));
    query.states.push_back(*state);
  }
  if (auto from = instant_argument(arguments, "startDate"))
    query.started.push_back({store::Operator::greater_or_equal, *from});
  if (auto to = instant_argument(arguments, "endDate")) query.started.push_back({store::Operator::less_or_equal, *to});
  store_.read([query = std::move(query), arguments, done = std::move(done)](store::Reader& reader) mutable {
    done(counts(reader, query, arguments));
  });
}

void HostService::kill_execution(const HostScope& scope, const Value& arguments, Done done) {
  store_.read([this, scope, arguments, done = std::move(done)](store::Reader& reader) mutable {
    auto row = target_execution(reader, scope, arguments);
    if (!row) return done(base::fail(row.error()));
    commands_.submit(KillExecution{row->execution.id, flag_argument(arguments, "propagateKill", true)},
                     [done = std::move(done)](base::Result<ExecutionAnswer> answer) mutable {
                       if (!answer) return done(base::fail(answer.error()));
                       done(Value());
                     });
  });
}

void HostService::toggle_trigger(const HostScope& scope, const Value& arguments, Done done) {
  const model::FlowKey flow{scope.flow.tenant, text_argument(arguments, "namespace").value_or(scope.flow.namespace_),
                            text_argument(arguments, "flowId").value_or(scope.flow.id)};
  const std::string trigger = text_argument(arguments, "trigger").value_or("");
  commands_.submit(
      ChangeTrigger{std::make_shared<const model::FlowKey>(flow), trigger,
                    engine::trigger::SetDisabled{!flag_argument(arguments, "enabled", false)}},
      [flow, trigger, done = std::move(done)](base::Result<TriggerChanged> answer) mutable {
        if (answer) return done(Value());
        if (answer.error().code() == flow_not_found) {
          return done(base::fail(host_refused,
                                 fmt::format("Unable to find flow {}.{}. Make sure the flow exists and the current "
                                             "execution is authorized to access it.",
                                             flow.namespace_, flow.id)));
        }
        if (answer.error().code() == trigger_not_found) {
          return done(base::fail(host_refused, fmt::format("Unable to find trigger {} for the flow {}.{}", trigger,
                                                           flow.namespace_, flow.id)));
        }
        done(base::fail(answer.error()));
      });
}

}  // namespace gyr::executor
