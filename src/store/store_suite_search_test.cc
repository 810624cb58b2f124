// Lists of executions: every filter, order and page against a model that looks at everything.
#include <regex>

#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using model::State;

bool holds(const TextFilter& filter, const std::string& text) {
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

bool holds(const LabelFilter& filter, const std::vector<model::Label>& labels) {
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

bool holds(const TimeFilter& filter, base::Instant time) {
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

bool matches(const ExecutionQuery& query, const ExecutionRow& row) {
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

int64_t duration_of(const ExecutionRow& row) {
  auto ended = row.execution.state.ended();
  return ended ? (*ended - row.execution.state.started()).to_micros() : -1;
}

int compare(const ExecutionRow& a, const ExecutionRow& b, const std::string& field) {
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

std::string text_of(const ExecutionQuery& query) {
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
    static const State states[] = {State::created, State::running, State::paused, State::queued,  State::success,
                                   State::success, State::success, State::failed, State::warning, State::killed};
    static const char* namespaces[] = {"company", "company.team", "company.team.deep", "companyx", "dev"};
    auto start = time_of(0, start_us);
    auto flow = flow_key(namespaces[random_() % 5], fmt::format("flow{}", random_() % 7),
                         random_() % 20 == 0 ? "other" : "main");
    auto row = execution(flow, start, states[random_() % 10]);
    auto& e = row.execution;
    if (e.state.ended()) {  // ends of their own, so that no two orders are equal
      auto end = e.state.started() + base::Duration::of_micros(static_cast<int64_t>(random_() % 5'000'000));
      e.state = model::StateHistory({{State::created, start}, {e.state.current(), end}});
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
    while (sometimes(3)) query.states.push_back(static_cast<State>(random_() % model::state_count));
    while (sometimes(5)) query.not_states.push_back(static_cast<State>(random_() % model::state_count));
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

INSTANTIATE_TEST_SUITE_P(Backends, SearchTest, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

// API-28, API-30, API-32
TEST_P(SearchTest, FindsWhatTheModelFinds) {
  for (size_t i = 0; i < 500; ++i)
    model_.rows.push_back(
        random_execution(i, static_cast<int64_t>(i) * 61'234'567 + static_cast<int64_t>(random_() % 1000)));
  add_all(50);
  for (int i = 0; i < 1000 && !HasFailure(); ++i) expect_page(random_query());
  // Changed and deleted rows.
  Batch change;
  std::vector<ExecutionRow> kept;
  for (size_t i = 0; i < model_.rows.size(); ++i) {
    auto row = model_.rows[i];
    if (i % 5 == 2) {
      change.deleted_executions.push_back({row.execution.id});
      continue;
    }
    if (i % 5 == 1) {
      row.execution.state.set(i % 2 == 0 ? State::failed : State::running,
                              row.execution.state.last_date() + base::Duration::of_seconds(3));
      row.execution.labels = {{"env", i % 2 == 0 ? "prod" : "new"}};
      change.executions.push_back(row);
    }
    kept.push_back(row);
  }
  model_.rows = kept;
  commit(std::move(change));
  for (int i = 0; i < 1000 && !HasFailure(); ++i) expect_page(random_query());
}

// U1: deep pages, where rollups show the way.
TEST_P(SearchTest, DeepPagesAndGroupsOfALongHistory) {
  // Hours with little in them and one with ten thousand in a minute.
  int64_t at = 0;
  for (size_t i = 0; i < 24'000; ++i) {
    at += i > 5000 && i < 15'000 ? 3000 + static_cast<int64_t>(random_() % 3000)
                                 : 40'000'000 + static_cast<int64_t>(random_() % 1000);
    auto row = random_execution(i, at);
    row.execution.caller_execution = {};
    row.execution.labels.clear();
    model_.rows.push_back(std::move(row));
  }
  add_all(1000);
  auto try_pages = [&](ExecutionQuery query) {
    query.tenant = "main";
    query.paging.size = 25;
    query.paging.page = 1;
    expect_page(query);
    const auto wanted = model_.all(query);
    for (uint32_t page : {7u, 39u, 42u, 100u, 300u, 555u, 600u, 700u, 900u, 1000u, 2000u}) {
      query.paging.page = page;
      expect_page(query, wanted);
    }
  };
  ExecutionQuery query{test::everything};
  try_pages(query);
  for (bool descending : {true, false}) {
    for (const char* field :
         {"state.startDate", "id", "namespace", "flowId", "state.current", "state.duration", "state.endDate"}) {
      query = {test::everything};
      query.order = {{field, descending}};
      try_pages(query);
    }
  }
  query = {test::everything};
  query.order = {{"state.current", false}, {"state.startDate", false}};
  try_pages(query);
  query = {test::everything};
  query.states = {State::success, State::failed};
  try_pages(query);
  query.namespaces = {{Operator::prefix, {"company"}}};
  try_pages(query);
  query.flow_ids = {{Operator::in, {"flow1", "flow2", "flow5"}}};
  try_pages(query);
  query = {test::everything};
  query.started = {{Operator::greater, model_.rows[3000].execution.state.started()},
                   {Operator::less_or_equal, model_.rows[20'000].execution.state.started()}};
  try_pages(query);
  query.order = {{"state.startDate", false}};
  try_pages(query);
  query.namespaces = {{Operator::equals, {"company.team"}}};
  try_pages(query);
  for (const char* field : {"state.duration", "state.endDate"}) {
    for (const bool descending : {true, false}) {
      query = {test::everything};
      query.order = {{field, descending}};
      query.started = {{Operator::greater, model_.rows[200].execution.state.started()}};
      try_pages(query);
      query.not_states = {State::killed};
      query.ended = {{Operator::greater, model_.rows[300].execution.state.started()}};
      try_pages(query);
    }
  }
}

// API-30: labels that are excluded, among executions of one moment and of others.
TEST_P(SearchTest, ExcludedLabelsLeaveTheOthersOfTheirMoment) {
  for (size_t i = 0; i < 60; ++i) {
    auto row = execution(flow_key("company", fmt::format("flow{}", i % 3)), time_of(0, static_cast<int64_t>(i / 6)));
    if (i % 2 == 0) row.execution.labels = {{"env", "prod"}, {"team", i % 4 == 0 ? "one" : "two"}};
    model_.rows.push_back(std::move(row));
  }
  add_all(7);
  for (const bool descending : {false, true}) {
    ExecutionQuery query{test::everything};
    query.tenant = "main";
    query.order = {{"state.startDate", descending}};
    query.paging.size = 100;
    query.labels = {{Operator::not_equals, "team", {"one"}}};
    auto page = must(reader().search_executions(query));
    EXPECT_EQ(page.results.size(), 45u);
    for (const auto& row : page.results) EXPECT_TRUE(matches(query, row));
    query.labels.push_back({Operator::not_equals, "env", {"prod"}});
    query.labels.push_back({Operator::not_equals, "nobody", {"has this"}});
    page = must(reader().search_executions(query));
    EXPECT_EQ(page.results.size(), 30u);
    for (const auto& row : page.results) EXPECT_TRUE(matches(query, row));
    EXPECT_EQ(must(reader().count_executions(query)), 30u);
  }
}

// API-30: any text can be searched for, and what it holds means nothing but itself.
TEST_P(SearchTest, FindsTextsOfAllKinds) {
  const std::vector<std::string> texts = {"plain order",   "100 %",          "snake_case*",  "say \"hello\"",
                                          "it's (one) OR", "NEAR/2 -not ^a", "c:\\path\\x",  "注文番号",
                                          "Größe",         "🍕 slice",       "a|b.c+d?[e]$", std::string("nul\0in", 6)};
  for (size_t i = 0; i < 600; ++i) {
    auto row = random_execution(i, static_cast<int64_t>(i) * 61'234'567);
    if (i % 3 == 0) row.execution.labels.push_back({"note", texts[i / 3 % texts.size()]});
    if (i == 17) row.execution.labels.push_back({"only", "needle-4711"});
    model_.rows.push_back(std::move(row));
  }
  add_all(50);
  std::vector<std::string> wanted = {"%",   "_",      "*",          "\"",        "'",    "(",           ")",
                                     "OR",  "NEAR/2", "^a",         "\\p",       "番号", "文",          "öße",
                                     "🍕",  "🍕 s",   "|b",         "[e]$",      "nul",  "needle-4711", "NEEDLE",
                                     "e-4", "none",   "notes none", "' OR ''='", "*\"",  "a* OR b*",    "100 %"};
  wanted.emplace_back("\0", 1);
  wanted.emplace_back("l\0i", 3);
  wanted.push_back(model_.rows[5].execution.id.to_text());
  wanted.push_back(base::to_lower_ascii(model_.rows[6].execution.id.to_text().substr(15)));
  for (const auto& text : wanted) {
    ExecutionQuery query{test::everything};
    query.tenant = "main";
    query.text = text;
    expect_page(query);
    query.order = {{"state.duration", true}};
    query.states = {State::success, State::failed};
    expect_page(query);
    query = {test::everything};
    query.tenant = "main";
    query.labels = {{Operator::contains, "note", {text}}};
    expect_page(query);
    query.labels.clear();
    query.execution_ids = {{Operator::contains, {text}}};
    expect_page(query);
  }
  ExecutionQuery query{test::everything};
  query.tenant = "main";
  query.text = std::string(10'000, 'x');  // longer than any pattern that is compiled
  EXPECT_FALSE(reader().search_executions(query).has_value());
  query.text = std::string(4'000, 'x');
  expect_page(query);
}

TEST_P(SearchTest, RefusesInvalidQueries) {
  ExecutionQuery query{test::everything};
  query.tenant = "main";
  auto code = [&] {
    auto page = reader().search_executions(query);
    return page ? std::string("ok") : std::string(page.error().code().text);
  };
  EXPECT_EQ(code(), "ok");
  query.order = {{"state.startDate; DROP TABLE executions", true}};
  EXPECT_EQ(code(), bad_query.text);
  query.order.clear();
  query.paging.page = 0;
  EXPECT_EQ(code(), bad_query.text);
  query.paging = {1, 0};
  EXPECT_EQ(code(), bad_query.text);
  query.paging = {};
  query.namespaces = {{Operator::greater, {"a"}}};
  EXPECT_EQ(code(), bad_query.text);
  query.namespaces = {{Operator::equals, {}}};
  EXPECT_EQ(code(), bad_query.text);
  query.namespaces = {{Operator::regex, {"a("}}};
  EXPECT_EQ(code(), bad_query.text);
  query.namespaces = {{Operator::regex, {std::string(5000, 'a')}}};
  EXPECT_EQ(code(), bad_query.text);
  query.namespaces = {{Operator::regex, {"(x{1000}){1000}"}}};
  EXPECT_EQ(code(), bad_query.text);
  query.namespaces = {{Operator::in, std::vector<std::string>(20'000, "x")}};
  EXPECT_EQ(code(), bad_query.text);
  query.namespaces = {{Operator::equals, {"' OR ''='"}}};
  EXPECT_EQ(code(), "ok");
  query.namespaces.clear();
  query.labels = {{Operator::starts_with, "k", {"v"}}};
  EXPECT_EQ(code(), bad_query.text);
  query.labels.clear();
  query.started = {{Operator::contains, time_of(0)}};
  EXPECT_EQ(code(), bad_query.text);
  query.started.clear();
  query.text = "\xFF\xFE";
  EXPECT_EQ(code(), bad_query.text);
  query.text.clear();
  query.paging = {4'000'000'000u, 4'000'000'000u};
  EXPECT_EQ(code(), "ok");
}

TEST_P(SearchTest, RollupsCountByHourDayAndFlow) {
  for (size_t i = 0; i < 600; ++i) model_.rows.push_back(random_execution(i, static_cast<int64_t>(i) * 400'000'000));
  add_all(100);
  for (bool by_day : {false, true}) {
    for (bool by_flow : {false, true}) {
      for (const char* namespace_ : {"", "company"}) {
        RollupQuery query{test::everything};
        query.tenant = "main";
        if (*namespace_ != 0) query.namespaces = {{Operator::prefix, {namespace_}}};
        query.from = time_of(7000);
        query.to = time_of(170'000);
        query.by_day = by_day;
        query.by_flow = by_flow;
        int64_t size = by_day ? 86'400 : 3600;
        int64_t first = query.from.seconds / size, last = (query.to.seconds - 1) / size;
        using Key = std::tuple<int64_t, State, std::string>;
        std::map<Key, std::pair<uint64_t, int64_t>> wanted, found;
        std::map<Key, std::pair<int64_t, int64_t>> extremes;  // of the ended ones
        query.extremes = true;
        for (const auto& row : model_.rows) {
          const auto& e = row.execution;
          int64_t bucket = e.state.started().seconds / size;
          if (e.flow->tenant != "main" || e.kind != model::ExecutionKind::normal || bucket < first || bucket > last)
            continue;
          if (*namespace_ != 0 && !holds(query.namespaces[0], e.flow->namespace_)) continue;
          auto& sum = wanted[{bucket * size, e.state.current(), by_flow ? e.flow->namespace_ + e.flow->id : ""}];
          ++sum.first;
          sum.second += std::max<int64_t>(0, duration_of(row));
          if (duration_of(row) < 0) continue;
          auto& extreme =
              extremes
                  .try_emplace(Key{bucket * size, e.state.current(), by_flow ? e.flow->namespace_ + e.flow->id : ""},
                               duration_of(row), duration_of(row))
                  .first->second;
          extreme = {std::min(extreme.first, duration_of(row)), std::max(extreme.second, duration_of(row))};
        }
        for (const auto& row : must(reader().rollup(query))) {
          found[{row.bucket.seconds, row.state, by_flow ? row.flow->namespace_ + row.flow->id : ""}] = {
              row.count, row.duration.to_micros()};
          const auto extreme =
              extremes[{row.bucket.seconds, row.state, by_flow ? row.flow->namespace_ + row.flow->id : ""}];
          EXPECT_EQ(std::pair(row.shortest.to_micros(), row.longest.to_micros()), extreme);
        }
        EXPECT_EQ(found, wanted);
        EXPECT_FALSE(found.empty());
      }
    }
  }
}

}  // namespace
}  // namespace gyr::store::test
