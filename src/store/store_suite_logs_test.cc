// Log lines: atomic with their rows, in order, found by every filter, whether they are filed already or not.
#include <algorithm>
#include <map>

#include "store/sql/log_cursor.h"
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using model::LogEntry;
using model::LogLevel;

class LogSuite : public StoreSuite {
 protected:
  std::vector<std::string> lines(LogQuery query, uint64_t* total = nullptr) {
    if (query.tenant.empty()) query.tenant = "main";
    if (query.paging.page == 1 && query.paging.size == Paging().size) query.paging.size = 100'000;
    auto page = must(reader().search_logs(query));
    std::vector<std::string> texts;
    for (const auto& line : page.results) texts.push_back(describe(line));
    if (total != nullptr) *total = page.total;
    return texts;
  }
  std::vector<std::string> messages(LogQuery query, uint64_t* total = nullptr) {
    if (query.tenant.empty()) query.tenant = "main";
    auto page = must(reader().search_logs(query));
    std::vector<std::string> texts;
    for (const auto& line : page.results) texts.push_back(line.message);
    if (total != nullptr) *total = page.total;
    return texts;
  }
  /// A commit of lines alone, for executions that exist.
  void log(std::vector<LogEntry> lines) {
    Batch batch;
    batch.logs = std::move(lines);
    commit(std::move(batch));
  }
  ExecutionRow add_execution(std::shared_ptr<const model::FlowKey> flow, base::Instant start) {
    auto row = execution(flow, start);
    Batch batch;
    batch.new_executions.push_back(row);
    commit(std::move(batch));
    return row;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, LogSuite, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

TEST_P(LogSuite, LinesAreThereWithTheirCommitAndStay) {
  auto row = execution(flow_key("a", "f"), time_of(0));
  auto run = task_run(row, 0);
  Batch batch;
  batch.new_executions.push_back(row);
  batch.new_task_runs.push_back(run);
  auto first = log_line(row, run.run.id, 1, std::string("first\0\xFF", 7), LogLevel::warn);
  auto own = log_line(row, {}, 2, "of the execution itself");
  first.attempt = 3;
  first.thread = "thread 7";
  batch.logs = {own, first};
  commit(std::move(batch));
  LogQuery query{test::everything};
  query.execution_id = row.execution.id;
  std::vector<std::string> wanted{describe(first), describe(own)};
  EXPECT_EQ(lines(query), wanted);
  reopen();  // now they are in the day's file
  EXPECT_EQ(lines(query), wanted);
  query.descending = true;
  std::reverse(wanted.begin(), wanted.end());
  EXPECT_EQ(lines(query), wanted);
  query.tenant = "other";
  EXPECT_TRUE(lines(query).empty());
}

TEST_P(LogSuite, ALineOfARefusedBatchIsNowhere) {
  auto row = add_execution(flow_key("a", "f"), time_of(0));
  FlowRow revision;
  revision.key = *row.execution.flow;
  Batch flow;
  flow.flows.push_back(revision);
  commit(std::move(flow));
  Batch refused;
  refused.flows.push_back(revision);
  refused.logs.push_back(log_line(row, {}, 1, "never"));
  EXPECT_EQ(refusal(std::move(refused)), store_conflict.text);
  log({log_line(row, {}, 2, "kept")});
  EXPECT_EQ(messages({test::everything}), std::vector<std::string>{"kept"});
  reopen();
  EXPECT_EQ(messages({test::everything}), std::vector<std::string>{"kept"});
}

// Principle: log lines. An id is derived from task run and sequence; writing it again neither doubles nor loses.
TEST_P(LogSuite, ALineWrittenAgainReplacesItself) {
  auto row = add_execution(flow_key("a", "f"), time_of(0));
  base::Id run = ids_.at(time_of(0));
  for (int round = 0; round < 3; ++round) {
    log({log_line(row, run, 1, "one"), log_line(row, run, 2, fmt::format("two {}", round))});
    for (bool by_execution : {true, false}) {
      LogQuery query{test::everything};
      if (by_execution) query.execution_id = row.execution.id;
      EXPECT_EQ(messages(query), (std::vector<std::string>{"one", fmt::format("two {}", round)}));
    }
    if (round == 1) reopen();  // the third is in the journal, the second in the file
  }
}

TEST_P(LogSuite, TriggersLogWithoutExecution) {
  LogEntry line;
  line.flow = flow_key("a", "f");
  line.trigger_id = "schedule";
  line.timestamp = time_of(0);
  line.message = "fired";
  log({line, line});
  auto other = line;
  other.trigger_id = "webhook";
  other.timestamp = time_of(5);
  log({other});
  LogQuery query{test::everything};
  query.trigger_ids = {{Operator::equals, {"schedule"}}};
  EXPECT_EQ(lines(query).size(), 2u);
  reopen();
  log({line});
  EXPECT_EQ(lines(query).size(), 3u);
  reopen();
  EXPECT_EQ(lines(query).size(), 3u);
  EXPECT_EQ(lines({test::everything}).size(), 4u);
  auto found = must(reader().search_logs([] {
    LogQuery all{test::everything};
    all.tenant = "main";
    all.descending = true;
    return all;
  }()));
  EXPECT_EQ(found.results[0].trigger_id, "webhook");
  EXPECT_TRUE(found.results[0].execution_id.is_none());
  EXPECT_TRUE(found.results[0].task_run_id.is_none());
}

TEST_P(LogSuite, LinesAreSortedByLevelAndFoundByManyIds) {  // API-28, API-30
  auto one = add_execution(flow_key("a", "f"), time_of(0)), two = add_execution(flow_key("a", "g"), time_of(1));
  const base::Id run = ids_.at(time_of(0));
  LogEntry of_trigger;
  of_trigger.flow = flow_key("a", "f");
  of_trigger.trigger_id = "poll";
  of_trigger.timestamp = time_of(9);
  of_trigger.level = LogLevel::error;
  of_trigger.message = "trigger";
  log({log_line(one, run, 1, "1 info"), log_line(one, run, 2, "1 error", LogLevel::error),
       log_line(two, run, 1, "2 info"), log_line(two, {}, 2, "2 warn", LogLevel::warn), of_trigger});
  for (int round = 0; round < 2; ++round) {
    LogQuery query{test::everything};
    query.by_level = LogQuery::ByLevel::descending;
    query.paging.size = 2;
    std::vector<std::string> pages;
    for (query.paging.page = 1; query.paging.page <= 4; ++query.paging.page) {
      uint64_t total = 0;
      for (auto& text : messages(query, &total)) pages.push_back(text);
      EXPECT_EQ(total, 5u);
    }
    EXPECT_EQ(pages, (std::vector<std::string>{"1 error", "trigger", "2 warn", "1 info", "2 info"}));
    query.by_level = LogQuery::ByLevel::ascending;
    query.descending = true;
    query.min_level = LogLevel::warn;
    query.paging = {1, 10};
    EXPECT_EQ(messages(query), (std::vector<std::string>{"2 warn", "trigger", "1 error"}));

    const auto found = [&](auto change) {
      LogQuery wanted{test::everything};
      wanted.paging.size = 10;
      change(wanted);
      auto all = messages(wanted);
      std::sort(all.begin(), all.end());
      return fmt::format("{}", fmt::join(all, ","));
    };
    const std::string first = one.execution.id.to_text(), second = two.execution.id.to_text();
    EXPECT_EQ(found([&](LogQuery& q) { q.execution_ids = {{Operator::in, {first, second}}}; }),
              "1 error,1 info,2 info,2 warn");
    EXPECT_EQ(found([&](LogQuery& q) { q.execution_ids = {{Operator::not_equals, {first}}}; }),
              "2 info,2 warn,trigger");
    EXPECT_EQ(found([&](LogQuery& q) { q.execution_ids = {{Operator::starts_with, {second.substr(0, 21)}}}; }),
              "2 info,2 warn");
    EXPECT_EQ(found([&](LogQuery& q) { q.task_run_ids = {{Operator::in, {run.to_text()}}}; }), "1 error,1 info,2 info");
    EXPECT_EQ(found([&](LogQuery& q) { q.task_run_ids = {{Operator::not_in, {run.to_text()}}}; }), "2 warn,trigger");
    EXPECT_EQ(found([&](LogQuery& q) {
                LogQuery errors = q, of_flow = q;
                errors.tenant = of_flow.tenant = "main";
                errors.min_level = LogLevel::error;
                of_flow.flow_ids = {{Operator::equals, {"g"}}};
                of_flow.text = "INFO";
                q.any_of = {errors, of_flow};
              }),
              "1 error,2 info,trigger");
    reopen();
  }
}

TEST_P(LogSuite, LinesOfATriggerAreDeletedOnAllDays) {  // API-105
  const auto flow = flow_key("a", "f");
  const auto line_of = [](const auto& of, const char* trigger, int64_t second) {
    LogEntry line;
    line.flow = of;
    line.trigger_id = trigger;
    line.timestamp = time_of(second);
    line.message = fmt::format("{} of {} at {}", trigger, of->id, second);
    return line;
  };
  constexpr int64_t day = 86'400;
  auto row = add_execution(flow, time_of(0));
  log({line_of(flow, "poll", 0), line_of(flow, "poll", day), line_of(flow, "other", 1),
       line_of(flow_key("a", "g"), "poll", 2), log_line(row, {}, 3, "of an execution")});
  reopen();  // these are in the files of their days, the next one is in the journal
  log({line_of(flow, "poll", 2 * day)});
  Batch removal;
  removal.deleted_logs.push_back({.flow = flow, .trigger_id = "poll"});
  removal.logs = {line_of(flow, "poll", 3 * day)};
  commit(std::move(removal));
  for (int round = 0; round < 2; ++round) {
    auto left = messages({test::everything});
    std::sort(left.begin(), left.end());
    EXPECT_EQ(left, (std::vector<std::string>{"of an execution", "other of f at 1", "poll of g at 2"})) << round;
    reopen();
  }
  log({line_of(flow, "poll", 0)});
  EXPECT_EQ(messages({test::everything}).size(), 4u) << "later lines are kept";
}

TEST_P(LogSuite, LinesAreDeletedByLevelTaskAndAttempt) {
  auto row = add_execution(flow_key("a", "f"), time_of(0));
  auto other = add_execution(flow_key("a", "f"), time_of(0));
  base::Id run = ids_.at(time_of(0)), second = ids_.at(time_of(0));
  for (bool filed : {false, true}) {
    auto write = [&] {
      Batch removal;
      removal.deleted_logs.push_back({row.execution.id, {}, "", std::nullopt, LogLevel::trace});
      commit(std::move(removal));
      std::vector<LogEntry> all{log_line(row, run, 1, "info"), log_line(row, run, 2, "error", LogLevel::error),
                                log_line(row, second, 1, "second"), log_line(row, {}, 9, "own"),
                                log_line(other, run, 1, "other")};
      all[1].attempt = 1;
      all[2].task_id = "second";
      log(all);
      if (filed) reopen();
    };
    auto left = [&](Batch::LogDelete removal) {
      write();
      removal.execution_id = row.execution.id;
      Batch batch;
      batch.deleted_logs.push_back(removal);
      commit(std::move(batch));
      LogQuery query{test::everything};
      query.execution_id = row.execution.id;
      auto now = messages(query);
      auto everywhere = messages({test::everything});
      reopen();
      EXPECT_EQ(messages(query), now);
      EXPECT_EQ(messages({test::everything}), everywhere);
      EXPECT_EQ(everywhere.size(), now.size() + 1);
      std::sort(now.begin(), now.end());
      return fmt::format("{}", fmt::join(now, " "));
    };
    EXPECT_EQ(left({}), "");
    EXPECT_EQ(left({{}, run, "", std::nullopt, LogLevel::trace}), "own second");
    EXPECT_EQ(left({{}, {}, "second", std::nullopt, LogLevel::trace}), "error info own");
    EXPECT_EQ(left({{}, run, "", 1, LogLevel::trace}), "info own second");
    EXPECT_EQ(left({{}, {}, "", std::nullopt, LogLevel::warn}), "info own second");
    EXPECT_EQ(left({.levels = {LogLevel::info, LogLevel::warn}}), "error");
    EXPECT_EQ(left({.from = time_of(1'000'000)}), "error info own second");
    EXPECT_EQ(left({.levels = {LogLevel::error}, .until = time_of(1'000'000)}), "info own second");
  }
}

/// What the query says of one line, by looking at it.
bool matches(const LogQuery& query, const LogEntry& line) {
  auto has = [](const std::string& text, const std::string& piece) {
    return base::to_lower_ascii(text).find(base::to_lower_ascii(piece)) != std::string::npos;
  };
  if (query.execution_id && line.execution_id != *query.execution_id) return false;
  if (query.task_run_id && line.task_run_id != *query.task_run_id) return false;
  for (const auto& f : query.namespaces) {
    if (f.op == Operator::equals && line.flow->namespace_ != f.values[0]) return false;
  }
  for (const auto& f : query.flow_ids) {
    if (f.op == Operator::equals && line.flow->id != f.values[0]) return false;
    if (f.op == Operator::not_equals && line.flow->id == f.values[0]) return false;
  }
  for (const auto& f : query.task_ids) {
    if (f.op == Operator::equals && line.task_id != f.values[0]) return false;
  }
  if (query.attempt && line.attempt != *query.attempt) return false;
  if (line.level < query.min_level) return false;
  if (!query.levels.empty() && std::ranges::find(query.levels, line.level) == query.levels.end()) return false;
  for (const auto& f : query.timestamps) {
    if (f.op == Operator::greater ? line.timestamp <= f.value : line.timestamp > f.value) return false;
  }
  const auto has_text = [&](const std::string& piece) {
    return has(line.message, piece) || has(line.flow->id, piece) || has(line.task_id, piece) ||
           has(line.flow->namespace_, piece) || has(line.thread, piece) || has(line.execution_id.to_text(), piece) ||
           has(line.task_run_id.to_text(), piece);
  };
  return (query.text.empty() || has_text(query.text)) && std::ranges::none_of(query.not_texts, has_text);
}

// API-30 and API-105, against a model.
TEST_P(LogSuite, FindsWhatTheModelFinds) {
  std::mt19937_64 random(5);
  std::vector<LogEntry> all;
  std::vector<ExecutionRow> executions;
  std::vector<base::Id> runs;
  for (int i = 0; i < 12; ++i) {
    executions.push_back(add_execution(flow_key(i % 3 == 0 ? "company" : "company.team", fmt::format("flow{}", i % 4)),
                                       time_of(i * 30'000)));
    runs.push_back(ids_.at(time_of(i * 30'000)));
    runs.push_back(ids_.at(time_of(i * 30'000)));
  }
  std::map<base::Id, uint32_t> sequences;
  auto add = [&](size_t count) {
    std::vector<LogEntry> lines;
    for (size_t i = 0; i < count; ++i) {
      size_t which = random() % executions.size();
      base::Id run = random() % 4 == 0 ? base::Id{} : runs[which * 2 + random() % 2];
      auto& sequence = sequences[run.is_none() ? executions[which].execution.id : run];
      auto line = log_line(executions[which], run, ++sequence, fmt::format("Message {} of {}", random() % 50, which),
                           static_cast<LogLevel>(random() % 5));
      line.attempt = static_cast<int32_t>(random() % 2);
      line.task_id = run.is_none() ? "" : run == runs[which * 2] ? "load" : "store";
      // Each at a time of its own, some much later than their execution's start.
      line.timestamp = line.timestamp + base::Duration::of_micros(static_cast<int64_t>(all.size() + i) +
                                                                  (random() % 10 == 0 ? 200'000'000'000 : 0));
      lines.push_back(line);
    }
    all.insert(all.end(), lines.begin(), lines.end());
    log(lines);
  };
  auto check = [&](int count) {
    for (int i = 0; i < count && !HasFailure(); ++i) {
      auto sometimes = [&](unsigned of) { return random() % of == 0; };
      LogQuery query{test::everything};
      query.tenant = "main";
      size_t which = random() % executions.size();
      if (sometimes(3)) query.execution_id = executions[which].execution.id;
      if (sometimes(5)) query.task_run_id = runs[which * 2];
      if (sometimes(4)) query.namespaces = {{Operator::equals, {sometimes(2) ? "company" : "company.team"}}};
      if (sometimes(4)) query.flow_ids = {{sometimes(2) ? Operator::equals : Operator::not_equals, {"flow1"}}};
      if (sometimes(5)) query.task_ids = {{Operator::equals, {"load"}}};
      if (sometimes(5)) query.attempt = 1;
      query.min_level = static_cast<LogLevel>(random() % 5);
      if (sometimes(5)) query.levels = {LogLevel::info, LogLevel::error};
      if (sometimes(4)) query.timestamps.push_back({Operator::greater, all[random() % all.size()].timestamp});
      if (sometimes(4)) query.timestamps.push_back({Operator::less_or_equal, all[random() % all.size()].timestamp});
      const auto piece = [&] { return sometimes(3) ? "MESSAGE 1" : sometimes(2) ? "Flow2" : "load"; };
      if (sometimes(5)) query.text = piece();
      while (sometimes(7)) query.not_texts.emplace_back(piece());
      query.descending = sometimes(2);
      query.paging = {1 + static_cast<uint32_t>(random() % 3), 11 + static_cast<uint32_t>(random() % 30)};
      std::vector<LogEntry> wanted;
      for (const auto& line : all) {
        if (matches(query, line)) wanted.push_back(line);
      }
      std::sort(wanted.begin(), wanted.end(), [&](const LogEntry& a, const LogEntry& b) {
        return query.descending ? a.timestamp > b.timestamp : a.timestamp < b.timestamp;
      });
      std::vector<std::string> expected;
      for (size_t at = (query.paging.page - 1) * query.paging.size;
           at < wanted.size() && expected.size() < query.paging.size; ++at) {
        expected.push_back(describe(wanted[at]));
      }
      uint64_t total = 0;
      EXPECT_EQ(lines(query, &total), expected) << i;
      EXPECT_EQ(total, wanted.size()) << i;
    }
  };
  add(150);
  check(150);
  reopen();
  check(150);
  add(150);
  check(150);
  reopen();
  add(30);
  check(150);
}

TEST_P(LogSuite, ManyLinesOfOneExecutionArePagedInOrder) {
  auto row = add_execution(flow_key("a", "f"), time_of(0));
  base::Id run = ids_.at(time_of(0));
  for (uint32_t first = 1; first <= 5000; first += 500) {
    std::vector<LogEntry> some;
    for (uint32_t i = first; i < first + 500; ++i) some.push_back(log_line(row, run, i, fmt::format("{}", i)));
    log(some);
  }
  for (int round = 0; round < 2; ++round) {
    LogQuery query{test::everything};
    query.execution_id = row.execution.id;
    query.paging = {50, 100};
    auto page = messages(query);
    ASSERT_EQ(page.size(), 100u);
    EXPECT_EQ(page[0], "4901");
    EXPECT_EQ(page[99], "5000");
    LogQuery all{test::everything};
    all.tenant = "main";
    all.paging.count_limit = 1000;
    auto counted = must(reader().search_logs(all));
    EXPECT_FALSE(counted.total_is_exact && counted.total != 5000);
    EXPECT_GE(counted.total, 1000u);
    reopen();
  }
}

// A log too long to be sorted for each page: pages, filters and totals are those of a short one.
TEST_P(LogSuite, AVeryLongLogIsPagedInOrder) {
  auto row = add_execution(flow_key("a", "f"), time_of(0));
  const base::Id run = ids_.at(time_of(0)), second = ids_.at(time_of(0));
  constexpr uint32_t many = 22'000;
  uint32_t made = 0, other = 0;
  std::vector<std::string> expected;
  auto write = [&](uint32_t until) {
    while (made < until) {
      std::vector<LogEntry> some;
      for (uint32_t i = 0; i < 5'000 && made < until; ++i) {
        ++made;
        const bool warns = made % 1000 == 0;
        some.push_back(log_line(row, run, made, fmt::format("line {}", made), warns ? LogLevel::warn : LogLevel::info));
        some.back().timestamp = time_of(0, made * 10);
        expected.push_back(some.back().message);
        if (made % 5000 != 0) continue;
        some.push_back(log_line(row, second, ++other, fmt::format("beside {}", other)));
        some.back().timestamp = time_of(0, made * 10 + 5);
        expected.push_back(some.back().message);
      }
      log(some);
    }
  };
  auto check = [&] {
    for (bool descending : {false, true}) {
      auto wanted = expected;
      if (descending) std::ranges::reverse(wanted);
      for (uint32_t page : {1u, 2u, 51u, 220u, 221u, 223u, 224u, 225u}) {
        LogQuery query{test::everything};
        query.execution_id = row.execution.id;
        query.descending = descending;
        query.paging = {page, 100};
        query.paging.count_limit = 1'000'000;
        uint64_t total = 0;
        const auto begin = std::min<size_t>(wanted.size(), (page - 1) * 100),
                   end = std::min<size_t>(wanted.size(), page * 100);
        EXPECT_EQ(messages(query, &total), std::vector(wanted.begin() + static_cast<ptrdiff_t>(begin),
                                                       wanted.begin() + static_cast<ptrdiff_t>(end)))
            << page << descending;
        EXPECT_EQ(total, wanted.size());
      }
    }
    LogQuery query{test::everything};
    query.execution_id = row.execution.id;
    query.min_level = LogLevel::warn;
    query.paging = {1, 200};
    EXPECT_EQ(messages(query).size(), made / 1000);
    query.min_level = LogLevel::trace;
    query.task_run_id = second;
    EXPECT_EQ(messages(query).size(), other);
    query.task_run_id = run;
    query.text = "LINE 777";
    EXPECT_EQ(messages(query),
              (std::vector<std::string>{"line 777", "line 7770", "line 7771", "line 7772", "line 7773", "line 7774",
                                        "line 7775", "line 7776", "line 7777", "line 7778", "line 7779"}));
  };
  write(many);
  reopen();  // into the day's file
  check();
  write(many + 300);  // and some that only the journal has
  check();
}

TEST_P(LogSuite, AWholeLogIsReadPartByPart) {  // API-49
  auto row = add_execution(flow_key("a", "f"), time_of(0));
  auto beside = add_execution(flow_key("a", "f"), time_of(0));
  std::vector<base::Id> runs;
  for (int i = 0; i < 3; ++i) runs.push_back(ids_.at(time_of(0)));
  std::map<base::Id, uint32_t> made;
  std::map<base::Id, std::vector<std::string>> expected;
  uint32_t moment = 0;
  auto write = [&](uint32_t count) {
    for (uint32_t written = 0; written < count;) {
      std::vector<LogEntry> some;
      for (uint32_t i = 0; i < 4'000 && written < count; ++i, ++written) {
        const base::Id run = runs[written % 7 == 0 ? 1 : written % 1000 == 0 ? 2 : 0];
        some.push_back(log_line(row, run, ++made[run], fmt::format("{} {}", run.to_text(), made[run])));
        // The worker's clock is set back now and then.
        moment += 1;
        some.back().timestamp = time_of(0, moment % 5'000 == 0 ? moment - 3'000 : moment);
        expected[run].push_back(some.back().message);
      }
      some.push_back(log_line(beside, runs[0], ++made[beside.execution.id], "of another execution"));
      log(some);
    }
  };
  auto read = [&](LogCursor& cursor, std::map<base::Id, std::vector<std::string>>& found, int parts) {
    LogQuery query{test::everything};
    query.tenant = "main";
    query.execution_id = row.execution.id;
    query.paging.size = 1'500;
    for (int part = 0; part < parts; ++part) {
      cursor = must(parse_log_cursor(to_text(cursor)));  // as a client gives it back
      auto lines = must(reader().read_log(query, cursor));
      EXPECT_LE(lines.size(), query.paging.size);
      for (const auto& line : lines) found[line.task_run_id].push_back(line.message);
      if (lines.size() < query.paging.size) return;
    }
  };
  LogCursor slow;
  std::map<base::Id, std::vector<std::string>> slowly;
  write(6'000);
  read(slow, slowly, 2);
  write(20'000);
  reopen();  // into the day's file
  read(slow, slowly, 3);
  write(5'000);  // and the journal has more
  LogCursor whole;
  std::map<base::Id, std::vector<std::string>> found;
  read(whole, found, 1'000);
  EXPECT_EQ(found, expected) << "each line once, a source's in their order";
  read(slow, slowly, 1'000);
  EXPECT_EQ(slowly.size(), expected.size());
  for (auto& [run, lines] : slowly) std::ranges::sort(lines);
  for (auto& [run, lines] : expected) std::ranges::sort(lines);
  EXPECT_EQ(slowly, expected) << "each line once, though it grew and was filed meanwhile";
  LogQuery query{test::everything};
  query.tenant = "main";
  query.execution_id = row.execution.id;
  EXPECT_TRUE(must(reader().read_log(query, whole)).empty());
  write(1);
  reopen();
  EXPECT_EQ(must(reader().read_log(query, whole)).size(), 1u) << "what came later follows";
}

// Lines of executions that are gone lie in the files of the days they were written on.
TEST_P(LogSuite, AWholeLogCanSpanTheFilesOfSeveralDays) {  // API-49
  auto row = execution(flow_key("a", "f"), time_of(0));    // never stored
  const base::Id run = ids_.at(time_of(0));
  std::vector<std::string> expected;
  uint32_t made = 0;
  for (int day = 0; day < 3; ++day) {
    std::vector<LogEntry> some;
    for (int i = 0; i < 8'000; ++i) {
      some.push_back(log_line(row, run, ++made, fmt::format("{}", made)));
      some.back().timestamp = time_of(day * 86'400, i);
      expected.push_back(some.back().message);
    }
    log(some);
    reopen();
  }
  LogQuery query{test::everything};
  query.tenant = "main";
  query.execution_id = row.execution.id;
  query.paging.size = 5'000;
  LogCursor cursor;
  std::vector<std::string> found;
  size_t last = query.paging.size;
  while (last == query.paging.size) {
    auto lines = must(reader().read_log(query, cursor));
    last = lines.size();
    for (const auto& line : lines) found.push_back(line.message);
  }
  EXPECT_EQ(found, expected);
}

TEST_P(LogSuite, AWholeLogIsOneExecutionsOldestFirst) {  // API-49
  LogQuery query{test::everything};
  query.tenant = "main";
  LogCursor cursor;
  EXPECT_EQ(reader().read_log(query, cursor).error().code(), bad_query);
  query.execution_id = base::Id();
  EXPECT_TRUE(must(reader().read_log(query, cursor)).empty()) << "lines of triggers are nobody's log";
  query.execution_id = ids_.at(time_of(0));
  query.descending = true;
  EXPECT_EQ(reader().read_log(query, cursor).error().code(), bad_query);
  query.descending = false;
  EXPECT_TRUE(must(reader().read_log(query, cursor)).empty());
  query.paging.size = 0;
  EXPECT_EQ(reader().read_log(query, cursor).error().code(), bad_query);
}

TEST_P(LogSuite, InvalidQueriesAreRefused) {
  LogQuery query{test::everything};
  query.tenant = "main";
  query.paging.size = 0;
  EXPECT_EQ(reader().search_logs(query).error().code(), bad_query);
  query.paging.size = 1;
  query.task_ids = {{Operator::regex, {"("}}};
  EXPECT_EQ(reader().search_logs(query).error().code(), bad_query);
  query.task_ids.clear();
  query.timestamps = {{Operator::in, time_of(0)}};
  EXPECT_EQ(reader().search_logs(query).error().code(), bad_query);
  Batch no_flow;
  no_flow.logs.emplace_back();
  EXPECT_EQ(refusal(std::move(no_flow)), store_failed.text);
}

}  // namespace
}  // namespace gyr::store::test
