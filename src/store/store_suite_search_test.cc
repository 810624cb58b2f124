// Lists of executions: every filter, order and page against a model that looks at everything.
#include "store/search_model.h"

namespace gyr::store::test {
namespace {

using model::State;

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
