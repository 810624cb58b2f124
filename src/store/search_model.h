// A model of lists of executions that looks at every one, and random executions and questions for it.
#pragma once

#include <regex>

#include "store/store_suite.h"

namespace gyr::store::test {

inline bool holds(const TextFilter& filter, const std::string& text) {
  const std::string& first = filter.values[0];
  bool in = std::find(filter.values.begin(), filter.values.end(), text) != filter.values.end();
  switch (filter.op) {
    case Operator::equals: return text == first;
    case Operator::not_equals: return text != first;
    case Operator::in: return in;
    case Operator::not_in: return !in;
    case Operator::starts_with: return text.substr(0, first.size()) == first;
    case Operator::ends_with: return text.size() >= first.size() && text.substr(text.size() - first.size()) == first;
    case Operator::contains: return text.find(first) != std::string::npos;
    case Operator::regex: return std::regex_search(text, std::regex(first));
    case Operator::prefix: return text == first || text.substr(0, first.size() + 1) == first + ".";
    default: ADD_FAILURE(); return false;
  }
}

inline bool holds(const LabelFilter& filter, const std::vector<model::Label>& labels) {
  bool found = false;
  for (const auto& label : labels) {
    if (label.key != filter.key) continue;
    if (filter.op == Operator::contains) {
      found = found || label.value.find(filter.values[0]) != std::string::npos;
    } else {
      found = found || std::find(filter.values.begin(), filter.values.end(), label.value) != filter.values.end();
    }
  }
  return found == (filter.op != Operator::not_equals && filter.op != Operator::not_in);
}

inline bool holds(const TimeFilter& filter, base::Instant time) {
  switch (filter.op) {
    case Operator::equals: return time == filter.value;
    case Operator::not_equals: return time != filter.value;
    case Operator::greater: return time > filter.value;
    case Operator::greater_or_equal: return time >= filter.value;
    case Operator::less: return time < filter.value;
    case Operator::less_or_equal: return time <= filter.value;
    default: ADD_FAILURE(); return false;
  }
}

template <class Filters, class T>
bool all_hold(const Filters& filters, const T& value) {
  return std::all_of(filters.begin(), filters.end(), [&](const auto& filter) { return holds(filter, value); });
}

inline bool matches(const ExecutionQuery& query, const ExecutionRow& row) {
  const auto& e = row.execution;
  auto has = [](const auto& list, auto value) { return std::find(list.begin(), list.end(), value) != list.end(); };
  if (e.flow->tenant != query.tenant) return false;
  if (!all_hold(query.namespaces, e.flow->namespace_) || !all_hold(query.flow_ids, e.flow->id)) return false;
  if (!all_hold(query.execution_ids, e.id.to_text())) return false;
  if (!query.states.empty() && !has(query.states, e.state.current())) return false;
  if (has(query.not_states, e.state.current())) return false;
  if (!all_hold(query.labels, e.labels) || !all_hold(query.started, e.state.started())) return false;
  if (!query.ended.empty() && (!e.state.ended() || !all_hold(query.ended, *e.state.ended()))) return false;
  if (query.caller_execution && e.caller_execution != *query.caller_execution) return false;
  const auto id_of = [](const base::Id& id) { return id.is_none() ? std::string() : id.to_text(); };
  if (!all_hold(query.caller_ids, id_of(e.caller_execution))) return false;
  if (!all_hold(query.trigger_ids, e.trigger ? e.trigger->id : std::string())) return false;
  if (!all_hold(query.revisions, std::to_string(e.revision))) return false;
  if (!query.any_of.empty() &&
      std::none_of(query.any_of.begin(), query.any_of.end(), [&row](const auto& one) { return matches(one, row); }))
    return false;
  if (query.is_child && *query.is_child == e.caller_execution.is_none()) return false;
  if (query.kinds.empty() ? e.kind != model::ExecutionKind::normal : !has(query.kinds, e.kind)) return false;
  const auto has_text = [&e](const std::string& piece) {
    const std::string wanted = base::to_lower_ascii(piece);
    const auto in = [&](const std::string& text) { return base::to_lower_ascii(text).contains(wanted); };
    bool found = in(e.id.to_text()) || in(e.flow->namespace_) || in(e.flow->id);
    for (const auto& label : e.labels) found = found || in(label.key) || in(label.value);
    return found;
  };
  return (query.text.empty() || has_text(query.text)) && std::ranges::none_of(query.not_texts, has_text);
}

inline int64_t duration_of(const ExecutionRow& row) {
  auto ended = row.execution.state.ended();
  return ended ? (*ended - row.execution.state.started()).to_micros() : -1;
}

inline int compare(const ExecutionRow& a, const ExecutionRow& b, const std::string& field) {
  auto three_way = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  const auto &x = a.execution, &y = b.execution;
  if (field == "id") return three_way(x.id, y.id);
  if (field == "namespace") return three_way(x.flow->namespace_, y.flow->namespace_);
  if (field == "flowId") return three_way(x.flow->id, y.flow->id);
  if (field == "state.current") return three_way(to_text(x.state.current()), to_text(y.state.current()));
  if (field == "state.startDate") return three_way(x.state.started(), y.state.started());
  if (field == "state.duration") return three_way(duration_of(a), duration_of(b));
  auto end = [](const ExecutionRow& row) {
    return row.execution.state.ended().value_or(base::Instant{INT64_MIN / 2, 0});
  };
  return three_way(end(a), end(b));
}

/// The executions of a store, and what a list of them must be.
class Model {
 public:
  std::vector<ExecutionRow> rows;

  std::vector<base::Id> all(const ExecutionQuery& query) const {
    std::vector<const ExecutionRow*> found;
    for (const auto& row : rows) {
      if (matches(query, row)) found.push_back(&row);
    }
    auto orders = query.order;
    const bool by_duration = !orders.empty() && orders[0].field == "state.duration";
    orders.push_back({"state.startDate", !by_duration || orders[0].descending});
    std::sort(found.begin(), found.end(), [&](const ExecutionRow* a, const ExecutionRow* b) {
      for (const auto& order : orders) {
        if (int result = compare(*a, *b, order.field); result != 0) return order.descending ? result > 0 : result < 0;
      }
      return false;
    });
    std::vector<base::Id> ids;
    for (const auto* row : found) ids.push_back(row->execution.id);
    return ids;
  }
};

inline std::string text_of(const ExecutionQuery& query) {
  std::string text = "query";
  auto add = [&](std::string_view name, const std::vector<TextFilter>& filters) {
    for (const auto& f : filters)
      text += fmt::format(" {} op{} [{}]", name, static_cast<int>(f.op), fmt::join(f.values, ","));
  };
  add("ns", query.namespaces);
  add("flow", query.flow_ids);
  add("id", query.execution_ids);
  add("caller", query.caller_ids);
  add("trigger", query.trigger_ids);
  add("revision", query.revisions);
  for (const auto& one : query.any_of) text += " any of (" + text_of(one) + ")";
  for (auto state : query.states) text += fmt::format(" {}", to_text(state));
  for (auto state : query.not_states) text += fmt::format(" !{}", to_text(state));
  for (const auto& f : query.labels)
    text += fmt::format(" label op{} {}=[{}]", static_cast<int>(f.op), f.key, fmt::join(f.values, ","));
  for (const auto& f : query.started)
    text += fmt::format(" started op{} {}", static_cast<int>(f.op), f.value.to_micros());
  for (const auto& f : query.ended) text += fmt::format(" ended op{} {}", static_cast<int>(f.op), f.value.to_micros());
  if (query.is_child) text += fmt::format(" child={}", *query.is_child);
  for (auto kind : query.kinds) text += fmt::format(" k{}", static_cast<int>(kind));
  text += " q=" + query.text;
  for (const std::string& unwanted : query.not_texts) text += " q!=" + unwanted;
  for (const auto& o : query.order) text += fmt::format(" by {} {}", o.field, o.descending ? "desc" : "asc");
  return text + fmt::format(" page {} of {}", query.paging.page, query.paging.size);
}

/// Compares lists of a store with those of the model.
class SearchTest : public StoreSuite {
 protected:
  void expect_page(const ExecutionQuery& query) {
    auto wanted = model_.all(query);
    expect_page(query, wanted);
    EXPECT_EQ(must(reader().count_executions(query)), wanted.size()) << text_of(query);
  }

  /// One page of what the model finds in all.
  void expect_page(const ExecutionQuery& query, const std::vector<base::Id>& wanted) {
    auto page = must(reader().search_executions(query));
    std::vector<base::Id> found;
    for (const auto& row : page.results) found.push_back(row.execution.id);
    size_t from = std::min<size_t>(wanted.size(), static_cast<size_t>(query.paging.page - 1) * query.paging.size);
    size_t to = std::min<size_t>(wanted.size(), from + query.paging.size);
    std::vector<base::Id> expected(wanted.begin() + static_cast<ptrdiff_t>(from),
                                   wanted.begin() + static_cast<ptrdiff_t>(to));
    EXPECT_EQ(found, expected) << text_of(query);
    if (page.total_is_exact) EXPECT_EQ(page.total, wanted.size()) << text_of(query);
    EXPECT_LE(page.total, wanted.size());
    if (wanted.size() < 5000) EXPECT_TRUE(page.total_is_exact) << text_of(query);
  }

  ExecutionRow random_execution(size_t i, int64_t start_us) {
    static const model::State states[] = {model::State::created, model::State::running, model::State::paused,
                                          model::State::queued,  model::State::success, model::State::success,
                                          model::State::success, model::State::failed,  model::State::warning,
                                          model::State::killed};
    static const char* namespaces[] = {"company", "company.team", "company.team.deep", "companyx", "dev"};
    auto start = time_of(0, start_us);
    auto flow = flow_key(namespaces[random_() % 5], fmt::format("flow{}", random_() % 7),
                         random_() % 20 == 0 ? "other" : "main");
    auto row = execution(flow, start, states[random_() % 10]);
    auto& e = row.execution;
    if (e.state.ended()) {  // ends of their own, so that no two orders are equal
      auto end = e.state.started() + base::Duration::of_micros(static_cast<int64_t>(random_() % 5'000'000));
      e.state = model::StateHistory({{model::State::created, start}, {e.state.current(), end}});
    }
    if (random_() % 3 == 0) e.labels.push_back({"env", random_() % 2 == 0 ? "prod" : "dev"});
    if (random_() % 3 == 0) e.labels.push_back({"team", fmt::format("team {}", random_() % 4)});
    if (random_() % 30 == 0) e.labels.push_back({"env", "dev"});
    if (random_() % 9 == 0) e.labels.push_back({"long", std::string(300, 'l') + (random_() % 2 == 0 ? "a" : "b")});
    if (random_() % 10 == 0) e.kind = static_cast<model::ExecutionKind>(1 + random_() % 3);
    if (random_() % 4 == 0 && i > 0 && !model_.rows.empty())
      e.caller_execution = model_.rows[random_() % std::min<size_t>(i, 10)].execution.id;
    e.revision = 1 + static_cast<int32_t>(random_() % 12);
    if (random_() % 3 == 0) {
      e.trigger.emplace();
      e.trigger->id = random_() % 2 == 0 ? "daily" : "hourly";
      e.trigger->variables =
          base::Value::string(std::string(random_() % 2 == 0 ? 10 : 100'000, 'v'));  // large ones, too
    }
    return row;
  }

  ExecutionQuery random_query(bool may_nest = true) {
    ExecutionQuery query{test::everything};
    query.tenant = random_() % 15 == 0 ? "other" : random_() % 30 == 0 ? "none" : "main";
    auto sometimes = [&](unsigned of) { return random_() % of == 0; };
    auto text_filter = [&](std::vector<std::string> values) {
      static const Operator ops[] = {Operator::equals,   Operator::not_equals,  Operator::in,
                                     Operator::not_in,   Operator::starts_with, Operator::ends_with,
                                     Operator::contains, Operator::regex,       Operator::prefix};
      TextFilter filter{ops[random_() % 9], {values[random_() % values.size()]}};
      bool is_list = filter.op == Operator::in || filter.op == Operator::not_in;
      if (is_list) filter.values.push_back(values[random_() % values.size()]);
      return filter;
    };
    while (sometimes(3))
      query.namespaces.push_back(text_filter({"company", "company.team", "dev", "team", "c.*y$", "none", "company."}));
    while (sometimes(4)) query.flow_ids.push_back(text_filter({"flow1", "flow2", "flow", "[0-3]", "none"}));
    if (sometimes(12))
      query.execution_ids.push_back(
          text_filter({model_.rows[random_() % model_.rows.size()].execution.id.to_text(), "00", "4", "none!"}));
    if (sometimes(12)) {
      const auto caller = [&] { return model_.rows[random_() % 10].execution.id.to_text(); };
      query.caller_ids.push_back(text_filter({caller(), caller(), "4", ""}));
    }
    if (sometimes(12)) query.trigger_ids.push_back(text_filter({"daily", "hourly", "ly", ""}));
    if (sometimes(12)) query.revisions.push_back(text_filter({"1", "2", "11"}));
    while (sometimes(3)) query.states.push_back(static_cast<model::State>(random_() % model::state_count));
    while (sometimes(5)) query.not_states.push_back(static_cast<model::State>(random_() % model::state_count));
    while (sometimes(4)) {
      static const Operator ops[] = {Operator::equals, Operator::not_equals, Operator::in, Operator::not_in,
                                     Operator::contains};
      static const char* values[] = {"prod", "dev", "team 1", "team", "a", "none"};
      LabelFilter filter{ops[random_() % 5],
                         sometimes(2)   ? "env"
                         : sometimes(2) ? "team"
                                        : "long",
                         {values[random_() % 6]}};
      if (filter.key == "long") filter.values[0] = std::string(300, 'l') + "a";
      if (filter.op == Operator::in || filter.op == Operator::not_in) filter.values.push_back(values[random_() % 6]);
      query.labels.push_back(filter);
    }
    auto time_filter = [&] {
      const auto& e = model_.rows[random_() % model_.rows.size()].execution;
      return TimeFilter{static_cast<Operator>(random_() % 6),
                        e.state.started() + base::Duration::of_nanos(sometimes(2) ? 0 : 500)};
    };
    while (sometimes(4)) query.started.push_back(time_filter());
    while (sometimes(6)) query.ended.push_back(time_filter());
    if (sometimes(12)) query.caller_execution = model_.rows[random_() % 10].execution.id;
    if (sometimes(6)) query.is_child = sometimes(2);
    while (sometimes(5)) query.kinds.push_back(static_cast<model::ExecutionKind>(random_() % 4));
    const auto piece = [&]() -> std::string {
      return sometimes(3)   ? "TEAM"
             : sometimes(2) ? "Flow3"
             : sometimes(2) ? "pro"
             : sometimes(2) ? "4"
                            : model_.rows[random_() % model_.rows.size()].execution.id.to_text().substr(18);
    };
    if (sometimes(8)) query.text = piece();
    while (sometimes(10)) query.not_texts.push_back(piece());
    while (may_nest && sometimes(6)) {
      query.any_of.push_back(random_query(false));
      query.any_of.back().tenant = query.tenant;
    }
    static const char* fields[] = {
        "id", "namespace", "flowId", "state.current", "state.startDate", "state.endDate", "state.duration"};
    while (sometimes(2) && query.order.size() < 3) query.order.push_back({fields[random_() % 7], sometimes(2)});
    query.paging.page = 1 + static_cast<uint32_t>(random_() % 4);
    query.paging.size = 1 + static_cast<uint32_t>(random_() % 40);
    return query;
  }

  void add_all(size_t batch_size) {
    Batch batch;
    for (const auto& row : model_.rows) {
      batch.new_executions.push_back(row);
      if (batch.new_executions.size() == batch_size) commit(std::exchange(batch, {}));
    }
    commit(std::move(batch));
  }

  std::mt19937_64 random_{7};
  Model model_;
};

}  // namespace gyr::store::test
