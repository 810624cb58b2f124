// Converts the filters and the older parameters of a request to queries of the store, for each resource.
#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "model/labels.h"
#include "syntax/time.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/numbers.h"
#include "web/http/request.h"

namespace gyr::web {
namespace {

using store::LabelFilter;
using store::Operator;
using store::TextFilter;
using store::TimeFilter;

/// Parses an integer; the text must not contain anything else.
std::optional<int32_t> integer_of(std::string_view text) {
  int32_t number = 0;
  return read_number(text, number) ? std::optional(number) : std::nullopt;
}

/// The values that could not be parsed, collected for one answer.
class Problems {
 public:
  void add(Field field, std::string_view value, std::string_view what) {
    texts_.push_back(fmt::format("`{}` is not a valid {} of field `{}`", value.substr(0, 100), what, name_of(field)));
  }
  base::Result<void> finish() const {
    if (texts_.empty()) return {};
    return base::fail(bad_filter, fmt::format("{}", fmt::join(texts_, "; ")));
  }

 private:
  std::vector<std::string> texts_;
};

TextFilter text_filter(const Filter& filter) { return {filter.op, filter.values}; }
const std::string& single(const Filter& filter) {
  static const std::string none;
  return filter.values.empty() ? none : filter.values.front();
}
bool is_negative(Operator op) { return op == Operator::not_equals || op == Operator::not_in; }

/// USER and SYSTEM by namespace: system flows live in one of their own.
void apply_scope(const Filter& filter, const std::string& system_namespace, std::vector<TextFilter>& namespaces,
                 Problems& problems) {
  bool user = false, system = false;
  for (std::string_view part : base::split(single(filter), ',')) {
    part = base::trim(part);
    if (part == "USER") {
      user = true;
    } else if (part == "SYSTEM") {
      system = true;
    } else {
      problems.add(filter.field, part, "scope (USER, SYSTEM)");
    }
  }
  if (user == system) return;
  const bool only_system = system != is_negative(filter.op);
  namespaces.push_back({only_system ? Operator::equals : Operator::not_equals, {system_namespace}});
}

void apply_labels(const Filter& filter, std::vector<LabelFilter>& labels, Problems& problems) {
  if (!filter.label.empty()) {
    labels.push_back({filter.op, filter.label, filter.values});
    return;
  }
  for (const std::string& value : filter.values) {
    const size_t colon = value.find(':');
    if (colon == 0 || colon == std::string::npos) {
      problems.add(filter.field, value, "label `key:value`");
      continue;
    }
    labels.push_back({filter.op, value.substr(0, colon), {value.substr(colon + 1)}});
  }
}

void apply_time(const Filter& filter, std::vector<TimeFilter>& times, Problems& problems) {
  auto instant = syntax::parse_api_instant(single(filter));
  if (!instant) return problems.add(filter.field, single(filter), "date-time");
  times.push_back({filter.op, *instant});
}

void apply_range(const Filter& filter, base::Instant now, std::vector<TimeFilter>& times, Problems& problems) {
  auto duration = syntax::parse_duration(single(filter));
  if (!duration) return problems.add(filter.field, single(filter), "duration");
  times.push_back({Operator::greater_or_equal, now - *duration});
}

std::optional<base::Id> parse_id(std::string_view text) { return base::Id::parse(text); }

/// The parameters of older clients (API-31). Reads the requested ones from the query; reports the first invalid value
/// (422).
class OldParameters {
 public:
  explicit OldParameters(const Request& request) : query_(request.query()), now_(request.services().clock.now()) {}

  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : query_) {
      if (key == name && !value.empty()) values.push_back(value);
    }
    return values;
  }
  std::string one(std::string_view name) const {
    auto values = all(name);
    return values.empty() ? "" : values.front();
  }
  void scope(const std::string& system_namespace, std::vector<TextFilter>& namespaces) const {
    const std::string joined = fmt::format("{}", fmt::join(all("scope"), ","));
    Problems ignored;  // an unknown scope was never refused
    if (!joined.empty())
      apply_scope({Field::scope, Operator::equals, {}, {joined}}, system_namespace, namespaces, ignored);
  }
  void namespace_prefix(std::vector<TextFilter>& namespaces) const {
    if (const auto value = one("namespace"); !value.empty()) namespaces.push_back({Operator::prefix, {value}});
  }
  void equals(std::string_view name, std::vector<TextFilter>& filters) const {
    if (const auto value = one(name); !value.empty()) filters.push_back({Operator::equals, {value}});
  }

  base::Result<void> labels(std::vector<LabelFilter>& filters) const {
    for (const std::string& text : all("labels")) {
      const auto label = model::parse_label(text);
      if (!label || label->key.empty())
        return base::fail(bad_argument, fmt::format("labels: `{}` does not have the form `key:value`", text));
      if (std::ranges::any_of(label->key, [](char c) { return c == ' ' || c == '\t'; })) {
        return base::fail(bad_argument, fmt::format("labels: the key `{}` contains white space", label->key));
      }
      if (std::ranges::any_of(filters, [&](const LabelFilter& other) { return other.key == label->key; })) {
        return base::fail(bad_argument, fmt::format("labels: the key `{}` occurs twice", label->key));
      }
      filters.push_back({Operator::equals, label->key, {label->value}});
    }
    return {};
  }

  base::Result<void> dates(std::vector<TimeFilter>& started, std::vector<TimeFilter>& ended) const {
    GYR_TRY(auto start, date("startDate"));
    GYR_TRY(auto end, date("endDate"));
    const auto range = one("timeRange");
    if (start && !range.empty())
      return base::fail(bad_argument, "Parameters 'startDate' and 'timeRange' are mutually exclusive");
    if (start && end && *end < *start) return base::fail(bad_argument, "Start date must be before End Date");
    if (!range.empty()) {
      auto duration = syntax::parse_duration(range);
      if (!duration) return base::fail(bad_argument, fmt::format("timeRange: `{}` is not a duration", range));
      started.push_back({Operator::greater_or_equal, now_ - *duration});
    }
    if (start) started.push_back({Operator::greater_or_equal, *start});
    if (end) ended.push_back({Operator::less_or_equal, *end});
    return {};
  }

 private:
  base::Result<std::optional<base::Instant>> date(std::string_view name) const {
    const auto value = one(name);
    if (value.empty()) return std::optional<base::Instant>();
    auto parsed = syntax::parse_api_instant(value);
    if (!parsed) return base::fail(bad_argument, fmt::format("{}: `{}` is not a date-time", name, value));
    return std::optional(*parsed);
  }

  const net::QueryList& query_;
  base::Instant now_;
};

store::Paging paging_of(const Request& request) {
  store::Paging paging;
  paging.page = static_cast<uint32_t>(request.page());
  paging.size = static_cast<uint32_t>(request.page_size());
  return paging;
}

/// One EQUALS is looked up; all other filters are compared.
void apply_id(const Filter& filter, std::optional<base::Id>& one, std::vector<TextFilter>& others, bool& nothing) {
  if (filter.op != Operator::equals || one) {
    others.push_back(text_filter(filter));
    return;
  }
  one = parse_id(single(filter));
  nothing = nothing || !one;
}

// ---- executions

void apply_states(const Filter& filter, store::ExecutionQuery& query, Problems& problems) {
  auto& states = is_negative(filter.op) ? query.not_states : query.states;
  for (const std::string& value : filter.values) {
    if (auto state = model::parse_state(value)) {
      states.push_back(*state);
    } else {
      problems.add(filter.field, value, "state");
    }
  }
}

/// An unknown kind matches no execution.
void apply_kinds(const Filter& filter, Selection<store::ExecutionQuery>& selection) {
  std::vector<model::ExecutionKind> named;
  for (const std::string& value : filter.values) {
    if (auto kind = model::parse_execution_kind(value)) named.push_back(*kind);
  }
  if (named.empty() && !is_negative(filter.op)) selection.nothing = true;
  for (auto kind : {model::ExecutionKind::normal, model::ExecutionKind::test, model::ExecutionKind::playground}) {
    const bool is_named = std::ranges::find(named, kind) != named.end();
    if (is_named != is_negative(filter.op)) selection.query.kinds.push_back(kind);
  }
}

void apply_child(const Filter& filter, store::ExecutionQuery& query, Problems& problems) {
  const bool child = single(filter) == "CHILD";
  if (!child && single(filter) != "MAIN") return problems.add(filter.field, single(filter), "CHILD or MAIN");
  query.is_child = child != is_negative(filter.op);
}

/// `q`: a text that rows hold, or do not hold; an empty text asks for nothing.
template <class Query>
void apply_text(const Filter& filter, Query& query) {
  if (!is_negative(filter.op)) {
    query.text = single(filter);
  } else if (!single(filter).empty()) {
    query.not_texts.push_back(single(filter));
  }
}

/// What executions, logs and flows are searched by alike: the text and the flow. False where the filter is another one.
template <class Query>
bool apply_to_flow(const Filter& filter, const Request& request, Query& query, Problems& problems) {
  switch (filter.field) {
    case Field::q: apply_text(filter, query); return true;
    case Field::scope:
      apply_scope(filter, request.settings().system_namespace, query.namespaces, problems);
      return true;
    case Field::namespace_: query.namespaces.push_back(text_filter(filter)); return true;
    case Field::flow_id: query.flow_ids.push_back(text_filter(filter)); return true;
    default: return false;
  }
}

void apply(const Filter& filter, const Request& request, Selection<store::ExecutionQuery>& selection,
           Problems& problems) {
  store::ExecutionQuery& query = selection.query;
  if (apply_to_flow(filter, request, query, problems)) return;
  switch (filter.field) {
    case Field::start_date: apply_time(filter, query.started, problems); break;
    case Field::end_date: apply_time(filter, query.ended, problems); break;
    case Field::time_range: apply_range(filter, request.services().clock.now(), query.started, problems); break;
    case Field::state: apply_states(filter, query, problems); break;
    case Field::labels: apply_labels(filter, query.labels, problems); break;
    case Field::trigger_execution_id:
      apply_id(filter, query.caller_execution, query.caller_ids, selection.nothing);
      break;
    case Field::flow_revision: query.revisions.push_back(text_filter(filter)); break;
    case Field::trigger_id: query.trigger_ids.push_back(text_filter(filter)); break;
    case Field::child_filter: apply_child(filter, query, problems); break;
    case Field::kind: apply_kinds(filter, selection); break;
    case Field::id: query.execution_ids.push_back(text_filter(filter)); break;
    default: break;  // parse_filters allows no other values
  }
}

base::Result<void> apply_old(const Request& request, Selection<store::ExecutionQuery>& selection) {
  const OldParameters old(request);
  store::ExecutionQuery& query = selection.query;
  query.text = old.one("q");
  old.namespace_prefix(query.namespaces);
  old.scope(request.settings().system_namespace, query.namespaces);
  old.equals("flowId", query.flow_ids);
  GYR_CHECK(old.labels(query.labels));
  GYR_CHECK(old.dates(query.started, query.ended));
  Problems problems;
  if (const auto child = old.one("childFilter"); !child.empty()) {
    apply_child({Field::child_filter, Operator::equals, {}, {child}}, query, problems);
  }
  for (const std::string& list : old.all("state")) {
    for (std::string_view name : base::split(list, ',')) {
      apply_states({Field::state, Operator::in, {}, {std::string(base::trim(name))}}, query, problems);
    }
  }
  if (const auto caller = old.one("triggerExecutionId"); !caller.empty()) {
    query.caller_execution = parse_id(caller);
    selection.nothing = !query.caller_execution;
  }
  if (auto outcome = problems.finish(); !outcome) return base::fail(bad_argument, outcome.error().message());
  return {};
}

// ---- logs

/// EQUALS means this level and above, as GREATER_THAN_OR_EQUAL_TO does: clients of both generations ask for the least
/// level. The others name levels.
void apply_level(const std::vector<std::string>& values, Operator op, Selection<store::LogQuery>& selection,
                 Problems& problems) {
  store::LogQuery& query = selection.query;
  std::vector<model::LogLevel> named;
  for (const std::string& value : values) {
    const auto level = model::parse_log_level(value);
    if (!level) return problems.add(Field::level, value, "log level");
    named.push_back(*level);
  }
  if (op == Operator::equals || op == Operator::greater_or_equal) {
    for (const model::LogLevel level : named) query.min_level = std::max(query.min_level, level);
    return;
  }
  if (query.levels.empty()) {
    using enum model::LogLevel;
    query.levels = {trace, debug, info, warn, error};
  }
  const bool are_wanted = op == Operator::in;
  std::erase_if(query.levels,
                [&](model::LogLevel level) { return (std::ranges::find(named, level) != named.end()) != are_wanted; });
  if (query.levels.empty()) selection.nothing = true;  // all levels are excluded
}

void apply(const Filter& filter, const Request& request, Selection<store::LogQuery>& selection, Problems& problems) {
  store::LogQuery& query = selection.query;
  if (apply_to_flow(filter, request, query, problems)) return;
  switch (filter.field) {
    case Field::trigger_id: query.trigger_ids.push_back(text_filter(filter)); break;
    case Field::task_id: query.task_ids.push_back(text_filter(filter)); break;
    case Field::start_date:
    case Field::end_date: apply_time(filter, query.timestamps, problems); break;
    case Field::time_range: apply_range(filter, request.services().clock.now(), query.timestamps, problems); break;
    case Field::level: apply_level(filter.values, filter.op, selection, problems); break;
    case Field::execution_id: apply_id(filter, query.execution_id, query.execution_ids, selection.nothing); break;
    case Field::task_run_id: apply_id(filter, query.task_run_id, query.task_run_ids, selection.nothing); break;
    case Field::attempt_number: {
      const std::string& text = single(filter);
      query.attempt = integer_of(text);
      if (!query.attempt) problems.add(filter.field, text, "integer");
      break;
    }
    default: break;
  }
}

base::Result<void> apply_old(const Request& request, Selection<store::LogQuery>& selection) {
  const OldParameters old(request);
  store::LogQuery& query = selection.query;
  query.text = old.one("q");
  old.namespace_prefix(query.namespaces);
  old.scope(request.settings().system_namespace, query.namespaces);
  old.equals("flowId", query.flow_ids);
  old.equals("triggerId", query.trigger_ids);
  old.equals("taskId", query.task_ids);
  GYR_CHECK(old.dates(query.timestamps, query.timestamps));
  Problems problems;
  if (const auto level = old.one("minLevel"); !level.empty())
    apply_level({level}, Operator::equals, selection, problems);
  if (const auto run = old.one("taskRunId"); !run.empty()) {
    query.task_run_id = parse_id(run);
    selection.nothing = !query.task_run_id;
  }
  if (const auto attempt = old.one("attempt"); !attempt.empty()) {
    query.attempt = integer_of(attempt);
    if (!query.attempt) return base::fail(bad_argument, fmt::format("attempt: `{}` is not an integer", attempt));
  }
  if (auto outcome = problems.finish(); !outcome) return base::fail(bad_argument, outcome.error().message());
  return {};
}

// ---- flows and keys

void apply(const Filter& filter, const Request& request, Selection<store::FlowQuery>& selection, Problems& problems) {
  store::FlowQuery& query = selection.query;
  if (apply_to_flow(filter, request, query, problems)) return;
  switch (filter.field) {
    case Field::labels: apply_labels(filter, query.labels, problems); break;
    default: break;
  }
}

base::Result<void> apply_old(const Request& request, Selection<store::FlowQuery>& selection) {
  const OldParameters old(request);
  store::FlowQuery& query = selection.query;
  query.text = old.one("q");
  old.namespace_prefix(query.namespaces);
  old.scope(request.settings().system_namespace, query.namespaces);
  old.equals("flowId", query.flow_ids);
  return old.labels(query.labels);
}

void apply(const Filter& filter, const Request&, Selection<store::KvQuery>& selection, Problems& problems) {
  if (filter.field == Field::updated) apply_time(filter, selection.query.updated, problems);
  if (filter.field == Field::q) apply_text(filter, selection.query);
  if (filter.field == Field::namespace_) selection.query.namespaces.push_back(text_filter(filter));
}

base::Result<void> apply_old(const Request& request, Selection<store::KvQuery>& selection) {
  const OldParameters old(request);
  selection.query.text = old.one("q");
  old.namespace_prefix(selection.query.namespaces);
  return {};
}

/// Which date `startDate`, `endDate` and `timeRange` are about (API-32).
std::vector<TimeFilter>& filtered_date(const Request& request, store::TriggerQuery& query) {
  for (const auto& [name, value] : request.query()) {
    if (name == "dateFilter") return value == "LAST_TRIGGERED_DATE" ? query.triggered : query.next;
  }
  return query.next;
}

void apply(const Filter& filter, const Request& request, Selection<store::TriggerQuery>& selection,
           Problems& problems) {
  store::TriggerQuery& query = selection.query;
  switch (filter.field) {
    case Field::q: apply_text(filter, query); break;
    case Field::scope: apply_scope(filter, request.settings().system_namespace, query.namespaces, problems); break;
    case Field::namespace_: query.namespaces.push_back(text_filter(filter)); break;
    case Field::flow_id: query.flow_ids.push_back(text_filter(filter)); break;
    case Field::trigger_id: query.trigger_ids.push_back(text_filter(filter)); break;
    case Field::worker_id: query.worker_ids.push_back(text_filter(filter)); break;
    case Field::start_date:
    case Field::end_date: apply_time(filter, filtered_date(request, query), problems); break;
    case Field::time_range:
      apply_range(filter, request.services().clock.now(), filtered_date(request, query), problems);
      break;
    case Field::next_execution_date: apply_time(filter, query.next, problems); break;
    case Field::last_triggered_date: apply_time(filter, query.triggered, problems); break;
    case Field::locked:
      if (single(filter) != "true" && single(filter) != "false") {
        problems.add(filter.field, single(filter), "boolean");
      } else {
        query.locked = (single(filter) == "true") != is_negative(filter.op);
      }
      break;
    default: {  // by state
      const std::string& state = single(filter);
      const bool holds = !is_negative(filter.op);
      if (state == "DISABLED") {
        query.disabled = holds;
      } else if (state == "ENABLED") {
        query.disabled = !holds;
      } else if (state == "LOCKED") {
        query.locked = holds;
      } else {
        problems.add(filter.field, state, "state of a trigger (ENABLED, DISABLED, LOCKED)");
      }
    }
  }
}

base::Result<void> apply_old(const Request& request, Selection<store::TriggerQuery>& selection) {
  const OldParameters old(request);
  selection.query.text = old.one("q");
  old.namespace_prefix(selection.query.namespaces);
  old.scope(request.settings().system_namespace, selection.query.namespaces);
  old.equals("flowId", selection.query.flow_ids);
  old.equals("workerId", selection.query.worker_ids);
  return {};
}

template <class Query>
base::Result<Selection<Query>> select(const Request& request, Resource resource, const net::QueryList& more = {}) {
  Selection<Query> selection{.query = {request.visible()}};
  selection.query.tenant = request.tenant();
  net::QueryList query = request.query();
  query.insert(query.end(), more.begin(), more.end());
  GYR_TRY(auto groups, parse_filter_groups(query, resource));
  Problems problems;
  const auto apply_all = [&](const std::vector<Filter>& filters, Selection<Query>& to) {
    for (const Filter& filter : filters) {
      if (filter.values.empty() && !is_negative(filter.op)) to.nothing = true;  // in an empty list
      if (!filter.values.empty()) apply(filter, request, to, problems);
    }
  };
  apply_all(groups.all, selection);
  for (const auto& filters : groups.any_of) {
    Selection<Query> alternative{.query = {request.visible()}};
    alternative.query.tenant = request.tenant();
    apply_all(filters, alternative);
    if (!alternative.nothing) selection.query.any_of.push_back(std::move(alternative.query));
  }
  if (!groups.any_of.empty() && selection.query.any_of.empty()) selection.nothing = true;
  GYR_CHECK(problems.finish());
  if (!has_filters(query)) GYR_CHECK(apply_old(request, selection));
  if (request.route().page_size) selection.query.paging = paging_of(request);
  return selection;
}

}  // namespace

base::Result<Selection<store::FlowQuery>> select_flows(const Request& request) {
  GYR_TRY(auto selection, select<store::FlowQuery>(request, Resource::flow));
  GYR_TRY(selection.query.order, parse_order(request.query(), Resource::flow));
  return selection;
}

/// Without a filter on the kind only normal executions are found (API-32); an alternative can have one of its own.
void choose_kinds(store::ExecutionQuery& query) {
  using enum model::ExecutionKind;
  const bool any = std::ranges::any_of(query.any_of, [](const auto& one) { return !one.kinds.empty(); });
  for (auto& one : query.any_of) {
    if (one.kinds.empty()) one.kinds = query.kinds;
  }
  if (any && query.kinds.empty()) query.kinds = {normal, test, playground};
}

base::Result<Selection<store::ExecutionQuery>> select_executions(const Request& request, const net::QueryList& more) {
  GYR_TRY(auto selection, select<store::ExecutionQuery>(request, Resource::execution, more));
  choose_kinds(selection.query);
  GYR_TRY(selection.query.order, parse_order(request.query(), Resource::execution));
  return selection;
}

base::Result<Selection<store::ExecutionQuery>> select_task_runs(const Request& request) {
  GYR_TRY(auto selection, select<store::ExecutionQuery>(request, Resource::task_run));
  GYR_TRY(selection.query.order, parse_order(request.query(), Resource::task_run));
  return selection;
}

base::Result<Selection<store::LogQuery>> select_logs(const Request& request) {
  GYR_TRY(auto selection, select<store::LogQuery>(request, Resource::log));
  GYR_TRY(auto order, parse_order(request.query(), Resource::log));
  using ByLevel = store::LogQuery::ByLevel;
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i].field == "timestamp") {
      selection.query.descending = order[i].descending;
      break;  // lines of one time are in their own order
    }
    selection.query.by_level = order[i].descending ? ByLevel::descending : ByLevel::ascending;
    selection.query.descending = true;  // the newest first within a level, unless the next key says otherwise
  }
  return selection;
}

base::Result<Selection<store::KvQuery>> select_keys(const Request& request) {
  GYR_TRY(auto selection, select<store::KvQuery>(request, Resource::kv));
  GYR_TRY(selection.query.order, parse_order(request.query(), Resource::kv));
  selection.query.now = request.services().clock.now();
  return selection;
}

base::Result<Selection<store::TriggerQuery>> select_triggers(const Request& request, const net::QueryList& more) {
  for (const auto& [name, value] : request.query()) {
    if (name == "dateFilter" && value != "NEXT_EXECUTION_DATE" && value != "LAST_TRIGGERED_DATE")
      return base::fail(bad_argument, fmt::format("dateFilter: `{}` must be NEXT_EXECUTION_DATE or LAST_TRIGGERED_DATE",
                                                  value.substr(0, 100)));
  }
  GYR_TRY(auto selection, select<store::TriggerQuery>(request, Resource::trigger, more));
  GYR_TRY(selection.query.order, parse_order(request.query(), Resource::trigger));
  return selection;
}

base::Result<NamespaceSelection> select_namespaces(const Request& request) {
  GYR_TRY(auto filters, parse_filters(request.query(), Resource::namespace_));
  NamespaceSelection selection;
  for (const Filter& filter : filters) {
    if (filter.field == Field::q) apply_text(filter, selection);
    if (filter.field == Field::existing_only)
      selection.existing_only = (single(filter) == "true") != is_negative(filter.op);
  }
  if (!has_filters(request.query())) {
    const OldParameters old(request);
    selection.text = old.one("q");
    selection.existing_only = old.one("existing") == "true";
  }
  return selection;
}

}  // namespace gyr::web
