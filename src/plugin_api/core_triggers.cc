#include "plugin_api/core_triggers.h"

#include "model/errors.h"
#include "model/time_zone.h"
#include "plugin_api/registry.h"

namespace gyr::model {

using namespace plugin;  // NOLINT(google-build-using-namespace): names of enumerators in the tables below

std::span<const std::pair<std::string_view, RecoverMissedSchedules>> EnumNames<RecoverMissedSchedules>::names() {
  static constexpr std::pair<std::string_view, RecoverMissedSchedules> all[] = {{"ALL", RecoverMissedSchedules::all},
                                                                                {"LAST", RecoverMissedSchedules::last},
                                                                                {"NONE", RecoverMissedSchedules::none}};
  return all;
}

std::span<const std::pair<std::string_view, PreconditionField>> EnumNames<PreconditionField>::names() {
  static constexpr std::pair<std::string_view, PreconditionField> all[] = {
      {"FLOW_ID", PreconditionField::flow_id},
      {"NAMESPACE", PreconditionField::namespace_},
      {"STATE", PreconditionField::state},
      {"EXPRESSION", PreconditionField::expression}};
  return all;
}

std::span<const std::pair<std::string_view, PreconditionOperator>> EnumNames<PreconditionOperator>::names() {
  static constexpr std::pair<std::string_view, PreconditionOperator> all[] = {
      {"EQUAL_TO", PreconditionOperator::equal_to},
      {"NOT_EQUAL_TO", PreconditionOperator::not_equal_to},
      {"IN", PreconditionOperator::in},
      {"NOT_IN", PreconditionOperator::not_in},
      {"IS_TRUE", PreconditionOperator::is_true},
      {"IS_FALSE", PreconditionOperator::is_false},
      {"IS_NULL", PreconditionOperator::is_null},
      {"IS_NOT_NULL", PreconditionOperator::is_not_null},
      {"STARTS_WITH", PreconditionOperator::starts_with},
      {"ENDS_WITH", PreconditionOperator::ends_with},
      {"REGEX", PreconditionOperator::regex},
      {"CONTAINS", PreconditionOperator::contains}};
  return all;
}

std::span<const std::pair<std::string_view, PreconditionOperand>> EnumNames<PreconditionOperand>::names() {
  static constexpr std::pair<std::string_view, PreconditionOperand> all[] = {{"AND", PreconditionOperand::and_},
                                                                             {"OR", PreconditionOperand::or_}};
  return all;
}

std::span<const std::pair<std::string_view, SignaturePreset>> EnumNames<SignaturePreset>::names() {
  static constexpr std::pair<std::string_view, SignaturePreset> all[] = {{"GENERIC", SignaturePreset::generic},
                                                                         {"GITHUB", SignaturePreset::github},
                                                                         {"STRIPE", SignaturePreset::stripe},
                                                                         {"SLACK", SignaturePreset::slack}};
  return all;
}

std::span<const std::pair<std::string_view, DependencyMode>> EnumNames<DependencyMode>::names() {
  static constexpr std::pair<std::string_view, DependencyMode> all[] = {
      {"ALL", DependencyMode::all}, {"ANY", DependencyMode::any}, {"AT_LEAST", DependencyMode::at_least}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugin {

using base::Value;
using model::BindContext;
using model::ValueType;
using syntax::NodePtr;

namespace {

model::PropertyOptions interval_options() { return {.title = "Not allowed in a schedule", .hidden = true}; }

/// Schedules have dates, not intervals.
void refuse_interval(const NodePtr& interval, BindContext& context) {
  if (interval == nullptr) return;
  BindContext::Scope scope(context, "interval");
  context.report(model::wrong_trigger, "must be null", interval).own_words =
      "property \"interval\" is not allowed: a schedule has dates, not intervals";
}

void check_zone(std::string_view zone, const NodePtr& place, BindContext& context) {
  if (model::is_time_zone(zone)) return;
  BindContext::Scope scope(context, "timezone");
  syntax::Diagnostic& found =
      context.report(model::wrong_trigger, fmt::format("timezone '({})' is not a valid time-zone ID", zone), place);
  found.own_words = fmt::format("\"{}\" is not a time zone", zone);
  found.help = "a region such as Europe/Paris, or an offset such as +02:00";
}

}  // namespace

// ---- Schedule

TriggerType ScheduleTrigger::describe() {
  return trigger_type<ScheduleTrigger>(schedule_type, TriggerKind::schedule)
      .title("Starts executions on a cron schedule")
      .documentation(
          "The expression has five fields: minute, hour, day of the month, month and day of the week. With "
          "`withSeconds`, a field for the seconds comes first. The macros `@hourly`, `@daily`, `@weekly`, `@monthly` "
          "and `@yearly` are also allowed.")
      .property("cron", &ScheduleTrigger::cron, {.title = "Cron expression", .required = true})
      .property("withSeconds", &ScheduleTrigger::with_seconds,
                {.title = "Whether the expression starts with a field for the seconds",
                 .default_value = Value::boolean(false)})
      .property("timezone", &ScheduleTrigger::timezone,
                {.title = "Time zone of the schedule", .documentation = "The default is the time zone of the server."})
      .property("lateMaximumDelay", &ScheduleTrigger::late_maximum_delay,
                {.title = "Maximum delay of an execution", .documentation = "Dates with a longer delay are skipped."})
      .property("recoverMissedSchedules", &ScheduleTrigger::recover_missed_schedules,
                {.title = "Action on dates that were missed while the server was stopped"})
      .property("scheduleConditions", &ScheduleTrigger::schedule_conditions,
                {.title = "Deprecated name of `conditions`", .deprecated = true})
      .property("backfill", &ScheduleTrigger::backfill, {.title = "Ignored", .deprecated = true})
      .property("interval", &ScheduleTrigger::interval, interval_options())
      .check([](const ScheduleTrigger& trigger, const NodePtr& node, BindContext& context) {
        if (const auto cron = model::parse_cron(trigger.cron, trigger.with_seconds); !cron) {
          context.report(model::invalid_cron,
                         fmt::format("invalid cron expression '{}': {}", trigger.cron, cron.error().message()),
                         node->find_shared("cron"));
        }
        if (const NodePtr zone = node->find_shared("timezone"); zone != nullptr && !zone->is_null()) {
          check_zone(trigger.timezone, zone, context);
        }
        refuse_interval(trigger.interval, context);
      })
      .output("date", {.type = ValueType::date_time, .title = "Scheduled date of the execution"})
      .output("next", {.type = ValueType::date_time, .title = "Next scheduled date"})
      .output("previous", {.type = ValueType::date_time, .title = "Previous scheduled date"})
      .example("Starts an execution every 15 minutes",
               "id: quarterly\ntype: io.kestra.plugin.core.trigger.Schedule\ncron: \"*/15 * * * *\"\n")
      .example("Starts an execution at nine o'clock on working days, in the time zone of Paris",
               "id: morning\ntype: io.kestra.plugin.core.trigger.Schedule\ncron: \"0 9 * * MON-FRI\"\ntimezone: "
               "Europe/Paris\n")
      .build();
}

TriggerType ScheduleOnDatesTrigger::describe() {
  return trigger_type<ScheduleOnDatesTrigger>(schedule_on_dates_type, TriggerKind::schedule)
      .title("Starts executions on the given dates")
      .property("dates", &ScheduleOnDatesTrigger::dates, {.title = "Dates, with a UTC offset", .required = true})
      .property("timezone", &ScheduleOnDatesTrigger::timezone,
                {.title = "Time zone of dates without a UTC offset",
                 .documentation = "The default is the time zone of the server."})
      .property("recoverMissedSchedules", &ScheduleOnDatesTrigger::recover_missed_schedules,
                {.title = "Action on dates that were missed while the server was stopped"})
      .property("interval", &ScheduleOnDatesTrigger::interval, interval_options())
      .check([](const ScheduleOnDatesTrigger& trigger, const NodePtr& node, BindContext& context) {
        const NodePtr zone = node->find_shared("timezone");
        if (zone != nullptr && zone->is_scalar() && !zone->is_null() && zone->text().find("{{") == std::string::npos) {
          check_zone(model::scalar_text(*zone), zone, context);
        }
        refuse_interval(trigger.interval, context);
      })
      .example("Starts an execution on two dates",
               "id: launch\ntype: io.kestra.plugin.core.trigger.ScheduleOnDates\ntimezone: UTC\ndates:\n  - "
               "2030-01-01T09:00:00Z\n  - "
               "2030-02-01T09:00:00Z\n")
      .build();
}

// ---- Webhook

namespace {

/// A MultipleCondition gathers events over time; a request is one event (TRIG-91).
void refuse_multiple_conditions(const NodePtr& node, BindContext& context) {
  const NodePtr conditions = node->find_shared("conditions");
  if (conditions == nullptr || !conditions->is_sequence()) return;
  for (const NodePtr& condition : conditions->items()) {
    const syntax::Node* type = condition->is_mapping() ? condition->find("type") : nullptr;
    if (type == nullptr || !type->is_scalar()) continue;
    const auto* found = context.types().find(model::TypeSource::Kind::condition, model::scalar_text(*type));
    if (found == nullptr || found->type != multiple_condition_type) continue;
    context.report(model::wrong_trigger, "invalid webhook: conditions of type MultipleCondition are not supported",
                   condition);
  }
}

}  // namespace

const model::Schema& WebhookSignature::schema() {
  static const model::Schema schema =
      model::describe<WebhookSignature>("io.kestra.plugin.core.trigger.Webhook$Signature")
          .property("preset", &WebhookSignature::preset,
                    {.title = "Signature scheme: GITHUB, STRIPE, SLACK or GENERIC",
                     .documentation = "GENERIC is an HMAC-SHA256 of the body.",
                     .default_value = Value::string("GENERIC")})
          .property("secret", &WebhookSignature::secret,
                    {.title = "Shared secret of the signature", .required = true, .secret = true, .text_only = true})
          .property("header", &WebhookSignature::header,
                    {.title = "Header with the signature",
                     .documentation = "The presets GITHUB, STRIPE and SLACK have a default."})
          .property("tolerance", &WebhookSignature::tolerance,
                    {.title = "Maximum age of the signed date", .documentation = "The default is five minutes."})
          .check([](const WebhookSignature& signature, const NodePtr& node, BindContext& context) {
            const bool has_date =
                signature.preset == SignaturePreset::stripe || signature.preset == SignaturePreset::slack;
            if (signature.preset == SignaturePreset::generic && signature.header.empty()) {
              context.report(model::wrong_trigger,
                             "invalid webhook: a signature with the preset GENERIC requires `header`", node);
            }
            if (signature.tolerance && !has_date) {
              context.report(model::wrong_trigger, "invalid webhook: `tolerance` requires the preset STRIPE or SLACK",
                             node->find_shared("tolerance"));
            }
            if (signature.tolerance && (signature.tolerance->is_negative() || signature.tolerance->is_zero())) {
              context.report(model::wrong_trigger, "invalid webhook: `tolerance` must be greater than 0",
                             node->find_shared("tolerance"));
            }
          })
          .build();
  return schema;
}

const model::Schema& WebhookRateLimit::schema() {
  static const model::Schema schema =
      model::describe<WebhookRateLimit>("io.kestra.plugin.core.trigger.Webhook$RateLimit")
          .property(
              "requests", &WebhookRateLimit::requests,
              {.title = "Maximum number of requests in the period", .required = true, .minimum = 1, .maximum = 10'000})
          .property("per", &WebhookRateLimit::per,
                    {.title = "Length of the period", .default_value = Value::string("PT1M")})
          .check([](const WebhookRateLimit& limit, const NodePtr& node, BindContext& context) {
            if (!limit.per.is_negative() && !limit.per.is_zero()) return;
            context.report(model::wrong_trigger, "invalid webhook: `per` must be greater than 0",
                           node->find_shared("per"));
          })
          .build();
  return schema;
}

TriggerType WebhookTrigger::describe() {
  return trigger_type<WebhookTrigger>(webhook_type, TriggerKind::webhook)
      .title("Starts an execution for each HTTP request")
      .documentation(
          "The URL is `/api/v1/{tenant}/executions/webhook/{namespace}/{flowId}/{key}`. It accepts GET, POST and PUT. "
          "The key is the only credential: choose a key that cannot be guessed.")
      .property(
          "key", &WebhookTrigger::key,
          {.title = "Secret key, the last part of the URL", .required = true, .text_only = true, .max_length = 256})
      .property(
          "wait", &WebhookTrigger::wait,
          {.title = "Whether the response waits until the execution ends", .default_value = Value::boolean(false)})
      .property("returnOutputs", &WebhookTrigger::return_outputs,
                {.title = "Whether the response contains the outputs of the flow",
                 .documentation = "Requires `wait`.",
                 .default_value = Value::boolean(false)})
      .property("responseContentType", &WebhookTrigger::response_content_type,
                {.title = "Content type of the response: `application/json` or `text/plain`",
                 .documentation = "Requires `wait` and `returnOutputs`."})
      .property("responseCode", &WebhookTrigger::response_code,
                {.title = "HTTP status code of the response", .documentation = "Requires `wait`."})
      .property("fetchType", &WebhookTrigger::fetch_type,
                {.title = "Destination of the request body",
                 .documentation =
                     "`STORE` stores the body in internal storage and sets `trigger.uri` instead of `trigger.body`."})
      .property("signature", &WebhookTrigger::signature,
                {.title = "Signature check",
                 .documentation = "Requests without a valid signature are rejected with status 401."})
      .property("rateLimit", &WebhookTrigger::rate_limit,
                {.title = "Rate limit", .documentation = "Requests beyond the limit are rejected with status 429."})
      .property("maxBodyBytes", &WebhookTrigger::max_body_bytes,
                {.title = "Maximum size of the body in bytes",
                 .documentation = "Larger requests are rejected with status 413.",
                 .minimum = 1})
      .check([](const WebhookTrigger& trigger, const NodePtr& node, BindContext& context) {
        refuse_multiple_conditions(node, context);
        if (!trigger.fetch_type.empty() && trigger.fetch_type != "STORE") {
          context.report(model::wrong_trigger, "invalid webhook: fetchType must be 'STORE'",
                         node->find_shared("fetchType"));
        }
        const std::string& type = trigger.response_content_type;
        if (type.empty() || type == "application/json" || type == "text/plain") return;
        context.report(model::wrong_trigger,
                       "invalid webhook: responseContentType must be either 'application/json' or 'text/plain'",
                       node->find_shared("responseContentType"));
      })
      .output("body",
              {.type = ValueType::any, .title = "Request body: a map or list if the body is JSON, otherwise a string"})
      .output("headers", {.type = ValueType::map, .title = "Request headers: a list of values for each name"})
      .output("parameters", {.type = ValueType::map, .title = "Query parameters: a list of values for each name"})
      .output("uri", {.type = ValueType::uri, .title = "URI of the stored body, with `fetchType: STORE`"})
      .output("parts", {.type = ValueType::list,
                        .title = "Files of a multipart form, with name, filename, contentType, size and uri"})
      .output("formFields",
              {.type = ValueType::map, .title = "Fields of a multipart form: a list of values for each name"})
      .example("Receives requests with a secret key",
               "id: hook\ntype: io.kestra.plugin.core.trigger.Webhook\nkey: 4wjtkzwVGBM9yKnjm3yv8r\n")
      .example("Receives requests signed by GitHub, at most ten per minute",
               "id: hook\ntype: io.kestra.plugin.core.trigger.Webhook\nkey: github\nsignature:\n  preset: GITHUB\n  "
               "secret: \"{{ secret('GITHUB_WEBHOOK') }}\"\n"
               "rateLimit:\n  requests: 10\n  per: PT1M\n")
      .build();
}

// ---- Flow

const model::Schema& PreconditionFilter::schema() {
  static const model::Schema schema =
      model::describe<PreconditionFilter>("io.kestra.plugin.core.trigger.Flow$Filter")
          .property("field", &PreconditionFilter::field, {.title = "Field to compare", .required = true})
          .property("type", &PreconditionFilter::type, {.title = "Comparison operator", .required = true})
          .property("value", &PreconditionFilter::value, {.title = "Value to compare with"})
          .property("values", &PreconditionFilter::values, {.title = "Values to compare with, for IN and NOT_IN"})
          .check([](const PreconditionFilter& filter, const NodePtr& node, BindContext& context) {
            const bool of_list = filter.type == PreconditionOperator::in || filter.type == PreconditionOperator::not_in;
            const bool of_nothing = filter.type >= PreconditionOperator::is_true &&
                                    filter.type <= PreconditionOperator::is_not_null &&
                                    filter.field != PreconditionField::expression;
            const auto refuse = [&](std::string_view property, std::string_view what) {
              const NodePtr place = node->find_shared(property);
              const auto type = model::EnumNames<PreconditionOperator>::names()[static_cast<size_t>(filter.type)].first;
              context.report(model::wrong_trigger, fmt::format("`{}` {} for type {}", property, what, type),
                             place != nullptr ? place : node);
            };
            if (of_list) {
              if (filter.value) refuse("value", "must be null");
              if (!filter.values) refuse("values", "cannot be null");
            } else {
              if (!filter.value && !of_nothing) refuse("value", "cannot be null");
              if (filter.values) refuse("values", "must be null");
            }
          })
          .build();
  return schema;
}

const model::Schema& PreconditionWhere::schema() {
  static const model::Schema schema =
      model::describe<PreconditionWhere>("io.kestra.plugin.core.trigger.Flow$ExecutionFilter")
          .property("id", &PreconditionWhere::id, {.title = "Id of the condition", .required = true, .not_empty = true})
          .property("operand", &PreconditionWhere::operand,
                    {.title = "Whether all filters must match (AND) or at least one (OR)",
                     .default_value = Value::string("AND")})
          .property("filters", &PreconditionWhere::filters,
                    {.title = "Filters of the condition", .required = true, .not_empty = true})
          .build();
  return schema;
}

const model::Schema& UpstreamFlow::schema() {
  static const model::Schema schema =
      model::describe<UpstreamFlow>("io.kestra.plugin.core.trigger.Flow$UpstreamFlow")
          .property("namespace", &UpstreamFlow::namespace_, {.title = "Namespace of the flow"})
          .property("flowId", &UpstreamFlow::flow_id, {.title = "Id of the flow"})
          .property("states", &UpstreamFlow::states, {.title = "States that match"})
          .property("labels", &UpstreamFlow::labels, {.title = "Labels that the execution must have"})
          .build();
  return schema;
}

const model::Schema& Preconditions::schema() {
  static const model::Schema schema =
      model::describe<Preconditions>("io.kestra.plugin.core.trigger.Flow$Preconditions")
          .property("id", &Preconditions::id,
                    {.title = "Id of the preconditions, unique in the flow",
                     .required = true,
                     .not_blank = true,
                     .pattern = "^[a-zA-Z0-9][a-zA-Z0-9_-]*"})
          .property("flows", &Preconditions::flows, {.title = "Flows whose executions must have ended"})
          .property("where", &Preconditions::where, {.title = "Conditions that an execution must match"})
          .property("timeWindow", &Preconditions::time_window,
                    {.title = "Time window in which all executions must end"})
          .property("resetOnSuccess", &Preconditions::reset_on_success,
                    {.title = "Whether all preconditions must match again after the trigger fired",
                     .default_value = Value::boolean(true)})
          .build();
  return schema;
}

const model::Schema& Dependency::schema() {
  static const model::Schema schema =
      model::describe<Dependency>("io.kestra.plugin.core.trigger.Flow$DependsOn")
          .property("namespace", &Dependency::namespace_, {.title = "Namespace of the flow"})
          .property("flowId", &Dependency::flow_id, {.title = "Id of the flow"})
          .property("states", &Dependency::states, {.title = "States that match"})
          .property("labels", &Dependency::labels, {.title = "Labels that the execution must have"})
          .property("when", &Dependency::when, {.title = "Condition that must be true", .text_only = true})
          .build();
  return schema;
}

TimeWindow DependencyWindow::time_window() const {
  TimeWindow window;
  if (!deadline.empty()) {
    window.type = TimeWindowType::daily_time_deadline;
    window.deadline = deadline;
  } else if (!from.empty()) {
    window.type = TimeWindowType::daily_time_window;
    window.start_time = from;
    window.end_time = to;
  } else if (lookback) {
    window.type = TimeWindowType::sliding_window;
    window.window = lookback;
  } else {
    window.window = every;
    window.window_advance = offset;
  }
  return window;
}

namespace {

/// One of the four kinds, whole.
void check_dependency_window(const DependencyWindow& window, const NodePtr& node, BindContext& context) {
  const int kinds = (window.deadline.empty() ? 0 : 1) + (window.from.empty() && window.to.empty() ? 0 : 1) +
                    (window.lookback ? 1 : 0) + (window.every || window.offset ? 1 : 0);
  if (kinds > 1) {
    context.report(
        model::wrong_trigger,
        "a window must have exactly one of `deadline`, `from` with `to`, `lookback`, or `every` with `offset`", node);
  }
  if (window.from.empty() != window.to.empty())
    context.report(model::wrong_trigger, "`from` and `to` of a window must be set together", node);
  if (window.offset && !window.every)
    context.report(model::wrong_trigger, "`offset` requires `every`", node->find_shared("offset"));
  check_time_of_day("deadline", window.deadline, node, context);
  check_time_of_day("from", window.from, node, context);
  check_time_of_day("to", window.to, node, context);
  if (!window.timezone.empty()) check_zone(window.timezone, node->find_shared("timezone"), context);
}

/// Either spelling, not both, and the numbers of the newer one.
void check_spelling(const FlowTrigger& trigger, const NodePtr& node, BindContext& context) {
  const bool is_newer = !trigger.depends_on.empty();
  if (is_newer && trigger.preconditions) {
    context.report(model::wrong_trigger, "a Flow trigger cannot have both `preconditions` and `dependsOn`",
                   node->find_shared("dependsOn"));
  }
  for (std::string_view property : {"window", "mode", "minSatisfied"}) {
    const NodePtr place = node->find_shared(property);
    if (is_newer || place == nullptr || place->is_null()) continue;
    context.report(model::wrong_trigger, fmt::format("`{}` requires `dependsOn`", property), place);
  }
  const bool counts = trigger.mode == DependencyMode::at_least;
  if (counts && trigger.min_satisfied.value_or(0) <= 0) {
    context.report(model::wrong_trigger, "the mode AT_LEAST requires a `minSatisfied` greater than 0",
                   node->find_shared("mode"));
  }
  if (counts && trigger.min_satisfied.value_or(0) > static_cast<int64_t>(trigger.depends_on.size())) {
    context.report(model::wrong_trigger, "`minSatisfied` is greater than the number of entries in `dependsOn`",
                   node->find_shared("minSatisfied"));
  }
  if (!counts && trigger.min_satisfied) {
    context.report(model::wrong_trigger, "`minSatisfied` requires the mode AT_LEAST",
                   node->find_shared("minSatisfied"));
  }
}

}  // namespace

const model::Schema& DependencyWindow::schema() {
  static const model::Schema schema =
      model::describe<DependencyWindow>("io.kestra.plugin.core.trigger.Flow$Window")
          .property("deadline", &DependencyWindow::deadline,
                    {.title = "End of the window, which starts at midnight", .shown_as = ValueType::time})
          .property("from", &DependencyWindow::from,
                    {.title = "Start of the daily window", .shown_as = ValueType::time})
          .property("to", &DependencyWindow::to, {.title = "End of the daily window", .shown_as = ValueType::time})
          .property("lookback", &DependencyWindow::lookback, {.title = "Length of the window, which ends now"})
          .property("every", &DependencyWindow::every, {.title = "Length of consecutive windows"})
          .property("offset", &DependencyWindow::offset, {.title = "Offset of the windows from midnight"})
          .property(
              "timezone", &DependencyWindow::timezone,
              {.title = "Time zone of the window", .documentation = "The default is the time zone of the server."})
          .property("fireOnce", &DependencyWindow::fire_once,
                    {.title = "Whether all dependencies must match again after the trigger fired",
                     .default_value = Value::boolean(false)})
          .check(&check_dependency_window)
          .build();
  return schema;
}

TriggerType FlowTrigger::describe() {
  return trigger_type<FlowTrigger>(flow_trigger_type, TriggerKind::flow)
      .title("Starts an execution when executions of other flows reach certain states")
      .property("states", &FlowTrigger::states,
                {.title = "States of the other execution that match",
                 .documentation = "By default, all final states and PAUSED."})
      .property("preconditions", &FlowTrigger::preconditions, {.title = "Events that must occur in a time window"})
      .property("dependsOn", &FlowTrigger::depends_on,
                {.title = "Dependencies, the newer form of `preconditions`", .hidden = true})
      .property("window", &FlowTrigger::window, {.title = "Time window for `dependsOn`", .hidden = true})
      .property("mode", &FlowTrigger::mode,
                {.title = "Number of dependencies that must match: ALL, ANY or AT_LEAST",
                 .default_value = Value::string("ALL"),
                 .hidden = true})
      .property("minSatisfied", &FlowTrigger::min_satisfied,
                {.title = "Minimum number of dependencies, for AT_LEAST", .hidden = true})
      .check([](const FlowTrigger& trigger, const NodePtr& node, BindContext& context) {
        check_spelling(trigger, node, context);
        const auto given = [&](std::string_view property) {
          const syntax::Node* value = node->find(property);
          return value != nullptr && !value->is_null() && !(value->is_sequence() && value->items().empty());
        };
        if (trigger.preconditions || given("conditions") || given("dependsOn") || given("when")) return;
        const NodePtr id = node->find_shared("id");
        context.warn(
            model::trigger_for_everything,
            fmt::format(
                "This flow will be triggered for EVERY execution of EVERY flow on your instance. We recommend adding "
                "the preconditions property to the Flow trigger '{}'.",
                id != nullptr && id->is_scalar() ? model::scalar_text(*id) : ""),
            node->span());
      })
      .output("executionId", {.type = ValueType::string, .title = "Id of the other execution"})
      .output("namespace", {.type = ValueType::string, .title = "Namespace of the other flow"})
      .output("flowId", {.type = ValueType::string, .title = "Id of the other flow"})
      .output("flowRevision", {.type = ValueType::integer, .title = "Revision of the other flow"})
      .output("state", {.type = ValueType::string, .title = "State of the other execution"})
      .output("executionLabels", {.type = ValueType::map, .title = "Labels of the other execution"})
      .output("outputs", {.type = ValueType::map, .title = "Outputs of the other flow"})
      .example("Starts an execution after another flow succeeded",
               "id: after_upstream\ntype: io.kestra.plugin.core.trigger.Flow\npreconditions:\n  id: upstream_done\n  "
               "flows:\n    - namespace: "
               "company.team\n      flowId: upstream\n      states: [SUCCESS]\n")
      .build();
}

void register_core_triggers(Registry& registry) {
  registry.add(ScheduleTrigger::describe());
  registry.add(ScheduleOnDatesTrigger::describe());
  registry.add(WebhookTrigger::describe());
  registry.add(FlowTrigger::describe());
}

}  // namespace gyr::plugin
