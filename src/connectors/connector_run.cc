#include "connectors/connector_run.h"

#include <algorithm>

#include "base/text.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

constexpr size_t max_items = 10'000;

std::unexpected<base::Error> property_error(const std::string& name, std::string_view message) {
  return base::fail(bad_property, fmt::format("`{}`: {}", name, message));
}

/// A rendered value as its property has it.
base::Result<Value> typed_value(const std::string& name, const PropertySpec& spec, const Value& value) {
  if (value.is_null()) return value;
  auto named = [&](const base::Error& error) { return property_error(name, error.message()); };
  switch (spec.type) {
    case PropertyKind::boolean: {
      auto flag = expression::to_boolean(value);
      if (!flag) return named(flag.error());
      return *flag ? Value::boolean(**flag) : Value();
    }
    case PropertyKind::integer: {
      auto number = expression::to_integer(value);
      if (!number) return named(number.error());
      return *number ? Value::fitting_integer(**number) : Value();
    }
    case PropertyKind::duration: {
      auto duration = expression::to_duration(value);
      if (!duration) return named(duration.error());
      return *duration ? Value::duration(**duration) : Value();
    }
    case PropertyKind::list: {
      auto list = expression::to_list(value);
      if (!list) return named(list.error());
      return *list;
    }
    case PropertyKind::map: {
      auto map = expression::to_map(value);
      if (!map) return named(map.error());
      return *map;
    }
    case PropertyKind::json: {
      if (!value.is_string() || base::trim(value.text()).empty()) return value;
      auto parsed = syntax::parse_json(value.text());
      if (!parsed) return named(parsed.error());
      return *parsed;
    }
    case PropertyKind::any: return value;
    case PropertyKind::enumeration: {
      const std::string text = expression::to_text(value);
      const auto found = std::ranges::find_if(spec.values, [&](const std::string& one) {
        return one == text || (spec.any_case && base::equals_ignoring_case(one, text));
      });
      if (found != spec.values.end()) return Value::string(*found);
      return property_error(name, fmt::format("`{}` is none of {}", text, fmt::join(spec.values, ", ")));
    }
    case PropertyKind::string: break;
  }
  return Value::string(expression::to_text(value));
}

/// Null, or a text of no characters, counts as not given.
bool is_given(const Value& value) { return !value.is_null() && !(value.is_string() && value.text().empty()); }

base::Result<FetchType> fetch_type_of(const Value& given) {
  const std::string name = expression::to_text(given);
  const auto names = model::EnumNames<FetchType>::names();
  const auto found = std::ranges::find_if(names, [&](const auto& one) { return one.first == name; });
  if (found == names.end()) return property_error("fetchType", fmt::format("`{}` is none of its values", name));
  return found->second;
}

base::Result<void> check_given(const std::vector<std::vector<std::string>>& groups, const Value& props,
                               const Value& conn) {
  auto given = [&](const std::string& name) {
    for (const Value* values : {&props, &conn}) {
      const Value* value = values->find(name);
      if (value != nullptr && !value->is_null()) return true;
    }
    return false;
  };
  for (const auto& group : groups) {
    if (std::ranges::none_of(group, given))
      return base::fail(bad_property, fmt::format("one of `{}` must be given", fmt::join(group, "`, `")));
  }
  return {};
}

}  // namespace

base::Task<plugin::TaskResult> ConnectorTask::run(plugin::RunContext& context) const {
  if (context.http() == nullptr)
    co_return std::unexpected(plugin::Failure({plugin::task_failed, "requests are not available"}));
  ConnectorRun run(context, *this);
  auto outputs = co_await run.run();
  if (!outputs) co_return std::unexpected(plugin::Failure(outputs.error()));
  co_return plugin::Success{*std::move(outputs), std::nullopt};
}

ConnectorRun::ConnectorRun(plugin::RunContext& context, const ConnectorTask& task)
    : context_(context),
      task_(task),
      definition_(*task.definition),
      element_(*task.element),
      cancel_(context.cancel_token()),
      sent_files_(std::make_shared<SentFiles>()) {}

ConnectorRun::ConnectorRun(const ConnectorRun& parent, const ElementSpec& element)
    : context_(parent.context_),
      task_(parent.task_),
      definition_(parent.definition_),
      element_(element),
      props_(parent.props_),
      conn_(parent.conn_),
      response_(parent.response_),
      resumed_(parent.resumed_),
      steps_(parent.steps_),
      template_(parent.template_),
      cancel_(parent.cancel_),
      sent_files_(parent.sent_files_) {}

base::Task<base::Result<Value>> ConnectorRun::run() {
  GYR_CO_TRY(conn_, co_await read_properties(definition_.connection));
  GYR_CO_TRY(props_, co_await read_properties(element_.properties));
  GYR_CO_CHECK(check_given(definition_.at_least_one_of, props_, conn_));
  GYR_CO_CHECK(check_given(element_.at_least_one_of, props_, conn_));
  FetchType fetch_type = element_.fetch ? element_.fetch->default_type : FetchType::none;
  if (auto written = task_.written.find("fetchType"); element_.fetch && written != task_.written.end()) {
    GYR_CO_TRY(Value given, co_await context_.render_value(written->second, {}, false));
    GYR_CO_TRY(fetch_type, fetch_type_of(given));
  }
  GYR_CO_TRY(template_, co_await plugins::core::prepare_options(context_, task_.options));
  co_return co_await run_element(fetch_type);
}

/// Its steps and its outputs, once the properties are known.
base::Task<base::Result<Value>> ConnectorRun::run_element(FetchType fetch_type) {
  if (element_.fetch) {
    const auto step = std::ranges::find(element_.steps, element_.fetch->step, &StepSpec::id);
    sink_.emplace(context_, fetch_type, definition_.title,
                  step == element_.steps.end() ? std::nullopt : step->pages->max_rows);
  }
  if (std::ranges::any_of(element_.steps, [](const StepSpec& step) { return step.job.has_value(); })) {
    GYR_CO_TRY(resumed_, co_await read_position());
  }
  GYR_CO_CHECK(co_await run_steps(element_.steps));
  base::MapBuilder outputs;
  GYR_CO_CHECK(co_await publish(&outputs));
  co_return outputs.build();
}

base::Task<base::Result<Value>> ConnectorRun::read_properties(const Properties& specs) {
  base::MapBuilder values;
  for (const auto& [name, spec] : specs) {
    Value value;
    if (auto written = task_.written.find(name); written != task_.written.end()) {
      const bool text = spec.type == PropertyKind::string || spec.type == PropertyKind::enumeration;
      GYR_CO_TRY(Value rendered, co_await context_.render_value(written->second, {}, !text));
      GYR_CO_TRY(value, typed_value(name, spec, rendered));
    }
    if (!is_given(value) && spec.required) co_return property_error(name, "must be given");
    if (spec.secret && value.is_string() && !value.text().empty()) context_.mask(value.text());
    values.set(name, is_given(value) ? std::move(value) : Value());
  }
  co_return values.build();
}

Value ConnectorRun::extra() const {
  const plugin::RunInfo& info = context_.info();
  base::MapBuilder steps = steps_;
  return Value::map({{"props", props_},
                     {"conn", conn_},
                     {"steps", steps.build()},
                     {"response", response_},
                     {"item", item_},
                     {"page", page_},
                     {"job", job_},
                     {"resumed", resumed_.find("step") != nullptr ? *resumed_.find("step") : Value()},
                     {"task", Value::map({{"id", Value::string(info.task_id)},
                                          {"taskrunId", Value::string(info.task_run_id.to_text())},
                                          {"executionId", Value::string(info.execution_id.to_text())}})}});
}

base::Task<base::Result<Value>> ConnectorRun::render(const Template& source) {
  co_return co_await context_.render_value(source, extra(), true);
}

base::Task<base::Result<std::string>> ConnectorRun::render_text(const Template& source) {
  GYR_CO_TRY(Value value, co_await render(source));
  co_return value.is_null() ? std::string() : expression::to_text(value);
}

base::Task<base::Result<std::optional<int64_t>>> ConnectorRun::render_integer(const Template& source,
                                                                              std::string_view name) {
  if (!source.is_set()) co_return std::optional<int64_t>();
  GYR_CO_TRY(Value value, co_await render(source));
  auto number = expression::to_integer(value);
  if (number) co_return *number;
  co_return base::fail(request_failed, fmt::format("{}: `{}`: {}", definition_.title, name, number.error().message()));
}

base::Error ConnectorRun::other_form(const base::Error& cause) const {
  return base::Error(request_failed, fmt::format("{}: the answer has another form than expected: {}", definition_.title,
                                                 cause.message()))
      .with_cause(cause);
}

base::Task<base::Result<void>> ConnectorRun::run_steps(const std::vector<StepSpec>& steps) {
  for (const StepSpec& step : steps) GYR_CO_CHECK(co_await run_step(step));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> ConnectorRun::run_step(const StepSpec& step) {
  if (step.condition.is_set()) {
    GYR_CO_TRY(Value holds, co_await render(step.condition));
    if (!expression::is_truthy(holds)) co_return base::Result<void>();
  }
  if (step.foreach_items.is_set()) {
    GYR_CO_TRY(Value results, co_await run_items(step));
    steps_.set(step.id, std::move(results));
  } else {
    GYR_CO_TRY(Value result, co_await run_action(step));
    const bool has_result = !step.assert_that.is_set() && !step.switch_on.is_set() && step.steps.empty();
    if (has_result) steps_.set(step.id, std::move(result));
  }
  if (!step.log.is_set()) co_return base::Result<void>();
  GYR_CO_TRY(std::string line, co_await render_text(step.log));
  context_.log(model::LogLevel::info, line);
  co_return base::Result<void>();
}

/// What one step does, for one item; its result.
base::Task<base::Result<Value>> ConnectorRun::run_action(const StepSpec& step) {
  if (step.request) {
    if (step.pages) co_return co_await read_pages(step);
    GYR_CO_TRY(Answer answer, co_await ask(*step.request));
    co_return answer.value;
  }
  if (step.job) co_return co_await run_job(step);
  if (step.set.is_set()) co_return co_await render(step.set);
  if (!step.call.empty()) co_return co_await run_call(step);
  if (step.assert_that.is_set()) {
    GYR_CO_TRY(Value holds, co_await render(step.assert_that));
    if (expression::is_truthy(holds)) co_return Value();
    GYR_CO_TRY(std::string message, co_await render_text(step.message));
    if (base::trim(message).empty()) message = fmt::format("{}: the check `{}` failed", definition_.title, step.id);
    co_return base::fail(bad_property, std::move(message));
  }
  if (step.switch_on.is_set()) {
    GYR_CO_TRY(std::string name, co_await render_text(step.switch_on));
    const auto chosen = step.cases.find(name);
    GYR_CO_CHECK(co_await run_steps(chosen == step.cases.end() ? step.otherwise : chosen->second));
    co_return Value();
  }
  GYR_CO_CHECK(co_await run_steps(step.steps));
  co_return Value();
}

/// Another type of the connector, with the same connection.
base::Task<base::Result<Value>> ConnectorRun::run_call(const StepSpec& step) {
  const ElementSpec& target = *definition_.find(step.call);
  Value given = Value::empty_map();
  if (step.with.is_set()) {
    GYR_CO_TRY(given, co_await render(step.with));
  }
  base::MapBuilder props;
  for (const auto& [name, spec] : target.properties) {
    const Value* found = given.find(name);
    GYR_CO_TRY(Value value,
               typed_value(name, spec, found == nullptr || found->is_null() ? spec.default_value : *found));
    if (!is_given(value) && spec.required)
      co_return property_error(name, fmt::format("must be given to {}", step.call));
    if (spec.secret && value.is_string()) context_.mask(value.text());
    props.set(name, is_given(value) ? std::move(value) : Value());
  }
  FetchType fetch_type = target.fetch ? target.fetch->default_type : FetchType::none;
  if (const Value* name = given.find("fetchType"); target.fetch && name != nullptr && !name->is_null()) {
    GYR_CO_TRY(fetch_type, fetch_type_of(*name));
  }
  ConnectorRun called(*this, target);
  called.steps_ = {};
  called.props_ = props.build();
  GYR_CO_CHECK(check_given(target.at_least_one_of, called.props_, conn_));
  co_return co_await called.run_element(fetch_type);
}

/// The items of a `foreach` that are under way.
struct ConnectorRun::Items {
  Value items;
  size_t next = 0;
  size_t done = 0;
  std::vector<Value> results;
  std::optional<base::Error> failure;
};

base::Task<base::Result<Value>> ConnectorRun::run_items(const StepSpec& step) {
  Items state;
  GYR_CO_TRY(state.items, co_await render(step.foreach_items));
  if (state.items.is_null()) co_return Value::empty_list();
  if (!state.items.is_list()) co_return base::fail(bad_property, fmt::format("`{}` has no list of items", step.id));
  const size_t count = state.items.size();
  if (count > max_items)
    co_return base::fail(bad_property, fmt::format("`{}` has {} items, more than {}", step.id, count, max_items));
  state.results.resize(count);
  const size_t lanes = std::min(static_cast<size_t>(step.concurrency), count);
  base::TaskScope scope(context_.loop());
  for (size_t i = 0; i < lanes; ++i) scope.spawn(run_lane(&step, &state));
  co_await scope.join();
  if (state.failure) co_return base::fail(*std::move(state.failure));
  if (state.done != count)
    co_return base::fail(plugin::task_failed, fmt::format("`{}` ended before its items did", step.id));
  base::ListBuilder results;
  for (Value& result : state.results) results.push(std::move(result));
  co_return results.build();
}

base::Task<void> ConnectorRun::run_lane(const StepSpec* step, Items* state) {
  while (state->next < state->items.size() && !state->failure) {
    const size_t index = state->next++;
    ConnectorRun one(*this, element_);
    one.item_ = state->items.items()[index];
    auto result = co_await one.run_item(*step);
    if (!result) {
      if (!state->failure) state->failure = result.error();
      co_return;
    }
    state->results[index] = *std::move(result);
    ++state->done;
  }
}

base::Task<base::Result<Value>> ConnectorRun::run_item(const StepSpec& step) {
  GYR_CO_TRY(Value result, co_await run_action(step));
  if (step.steps.empty()) co_return result;
  base::MapBuilder results;
  for (const StepSpec& inner : step.steps) {
    if (const Value* found = steps_.find(inner.id)) results.set(inner.id, *found);
  }
  co_return results.build();
}

base::Task<base::Result<void>> ConnectorRun::publish(base::MapBuilder* outputs) {
  for (const auto& [name, spec] : element_.outputs) {
    auto value = co_await render(spec.value);
    if (!value) co_return base::fail(other_form(value.error()));
    if (!value->is_null()) outputs->set(name, *std::move(value));
  }
  if (!sink_) co_return base::Result<void>();
  if (element_.fetch->step.empty()) {
    auto rows = co_await render(element_.fetch->rows);
    if (!rows || !rows->is_list())
      co_return base::fail(request_failed, fmt::format("{}: the answer has no list of rows", definition_.title));
    GYR_CO_CHECK(co_await sink_->add(*rows, rows->size()));
  }
  co_return co_await sink_->publish(*element_.fetch, outputs);
}

}  // namespace gyr::connectors
