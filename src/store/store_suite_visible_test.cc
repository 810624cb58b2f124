// Reads answer only about the namespaces that their caller may see.
#include <algorithm>
#include <map>
#include <set>

#include "store/entities/dashboard.h"
#include "store/entities/namespace.h"
#include "store/entities/reusable_inputs.h"
#include "store/entities/template.h"
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using base::Value;
using model::State;

constexpr int executions_a_flow = 24;

/// 68 namespaces with everything that belongs to one.
class VisibleSuite : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    for (int i = 0; i < 32; ++i) {
      names_.push_back(fmt::format("n{:02}", i));
      names_.push_back(fmt::format("n{:02}.child", i));
    }
    for (const char* name : {"a", "a.b", "a.b.c", "a.bc"}) names_.emplace_back(name);
    int64_t second = 0;
    for (const std::string& name : names_) {
      Batch batch = settings_of(name);
      const auto flow = flow_key(name, "flow");
      for (int i = 0; i < executions_a_flow; ++i) {
        // Those of all namespaces alternate in time.
        auto row = execution(flow, time_of(i * 1'000 + second), i % 3 == 0 ? State::failed : State::success);
        row.execution.labels = {{"number", fmt::format("{}", i)}};
        if (i < 2) batch.logs.push_back(log_line(row, {}, 0, "a line"));
        if (i == 0) batch.metrics.push_back(metric_of(row));
        executions_.push_back(row);
        batch.new_executions.push_back(std::move(row));
      }
      ++second;
      commit(std::move(batch));
    }
    std::ranges::sort(executions_, std::greater<>(), [](const ExecutionRow& row) {
      return std::pair(row.execution.state.started(), row.execution.id);
    });
  }

  static Batch settings_of(const std::string& name) {
    Batch batch;
    FlowRow flow;
    flow.key = *flow_key(name, "flow");
    flow.source = "id: flow";
    flow.updated = time_of(0);
    batch.flows.push_back(std::move(flow));
    put_entity(batch, NamespaceRow{{.tenant = "main", .namespace_ = name, .id = name}, Value::empty_map()});
    put_entity(batch, TemplateRow{{.tenant = "main", .namespace_ = name, .id = "template"}, "id: template"});
    put_entity(batch, ReusableInputsRow{{.tenant = "main", .namespace_ = name, .id = "set"}, "inputs: []"});
    KvRow key;
    key.tenant = "main";
    key.namespace_ = name;
    key.key = "key";
    key.type = "STRING";
    key.value = Value::string("value");
    key.created = key.updated = time_of(0);
    batch.kv.push_back(std::move(key));
    SecretRow secret;
    secret.tenant = "main";
    secret.namespace_ = name;
    secret.key = "SECRET";
    secret.created = secret.updated = time_of(0);
    batch.secrets.push_back(std::move(secret));
    NamespaceFileRow file;
    file.tenant = "main";
    file.namespace_ = name;
    file.path = "/file";
    file.created = file.updated = time_of(0);
    batch.namespace_files.push_back(std::move(file));
    TriggerRow trigger;
    trigger.flow = flow_key(name, "flow");
    trigger.trigger_id = "trigger";
    trigger.updated = time_of(0);
    batch.triggers.push_back(std::move(trigger));
    return batch;
  }
  static model::MetricEntry metric_of(const ExecutionRow& row) {
    model::MetricEntry metric;
    metric.execution_id = row.execution.id;
    metric.flow = row.execution.flow;
    metric.task_run_id = row.execution.id;
    metric.task_id = "task";
    metric.name = "rows";
    metric.value = 1;
    metric.timestamp = time_of(0);
    return metric;
  }

  /// Callers that see nothing, one namespace, one inside of others, many, and everything.
  static std::vector<Visible> callers() {
    std::vector<std::string> many;
    for (int i = 1; i < 31; ++i) many.push_back(fmt::format("n{:02}", i));
    return {Callers::sees({}),
            Callers::sees({"n07"}),
            Callers::sees({"a.b"}),
            Callers::sees({"a.b", "a.bc", "a.b.c", "n01.child", "unknown"}),
            Callers::sees(many),
            Callers::sees({"a", ""}),
            everything};
  }
  /// The names that the caller sees and `wanted` accepts, in order.
  std::vector<std::string> seen(const Visible& visible,
                                const std::function<bool(std::string_view)>& wanted = {}) const {
    std::vector<std::string> names;
    for (const auto& name : names_) {
      bool sees = visible.everything();
      // Not by covers(): this is what it must answer.
      for (const auto& prefix : visible.prefixes()) sees = sees || name == prefix || name.starts_with(prefix + ".");
      if (sees && (!wanted || wanted(name))) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }
  std::vector<base::Id> ids_of(const std::vector<std::string>& names,
                               const std::function<bool(const ExecutionRow&)>& wanted = {}) const {
    std::vector<base::Id> ids;
    for (const auto& row : executions_) {
      if (std::ranges::binary_search(names, row.execution.flow->namespace_) && (!wanted || wanted(row)))
        ids.push_back(row.execution.id);
    }
    return ids;
  }
  /// Every page of a query, one after the other.
  std::vector<base::Id> pages(ExecutionQuery query) {
    query.tenant = "main";
    query.paging.size = 170;
    std::vector<base::Id> ids;
    for (query.paging.page = 1;; ++query.paging.page) {
      auto page = must(reader().search_executions(query));
      for (const auto& row : page.results) ids.push_back(row.execution.id);
      if (page.results.size() < query.paging.size) return ids;
    }
  }
  template <class Rows, class Name>
  static std::vector<std::string> names_of(const Rows& rows, Name name) {
    std::vector<std::string> names;
    for (const auto& row : rows) names.emplace_back(name(row));
    std::ranges::sort(names);
    return names;
  }

  std::vector<std::string> names_;
  std::vector<ExecutionRow> executions_;  // the newest first
};

INSTANTIATE_TEST_SUITE_P(Backends, VisibleSuite, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

TEST(Visible, IsAMinimalSetOfNamespaces) {  // RBAC-3
  const Visible visible = Callers::sees({"b.c", "a.b", "b", "a.b", "b-x", "b.c.d", "a.b.c"});
  EXPECT_EQ(visible.prefixes(), (std::vector<std::string>{"a.b", "b", "b-x"}));
  for (const char* name : {"a.b", "a.b.c", "b", "b.c.d.e", "b-x", "b-x.y"}) EXPECT_TRUE(visible.covers(name)) << name;
  for (const char* name : {"", "a", "a.bc", "a.bc.d", "bc", "b-xy", "b-", "c"})
    EXPECT_FALSE(visible.covers(name)) << name;
  EXPECT_TRUE(Callers::sees({}).nothing());
  EXPECT_FALSE(Callers::sees({}).everything());
  EXPECT_TRUE(Callers::sees({"a", ""}).everything());
  EXPECT_FALSE(everything.nothing());
  EXPECT_TRUE(everything.covers("any"));
}

TEST_P(VisibleSuite, ExecutionsOfEveryPageAndOrder) {  // RBAC-3
  for (const Visible& visible : callers()) {
    const auto names = seen(visible);
    ExecutionQuery query{visible};
    const auto all = ids_of(names);
    EXPECT_EQ(pages(query), all) << names.size();
    query.tenant = "main";
    EXPECT_EQ(must(reader().count_executions(query)), all.size());
    EXPECT_EQ(must(reader().search_executions(query)).total, all.size());
    // Far behind the first page, where the rollups give the position.
    query.paging = {.page = 13, .size = 100};
    const auto deep = must(reader().search_executions(query));
    EXPECT_EQ(deep.total, all.size());
    for (size_t i = 0; i < deep.results.size(); ++i) EXPECT_EQ(deep.results[i].execution.id, all.at(1'200 + i));
    EXPECT_EQ(deep.results.empty(), all.size() <= 1'200);
    // In another order the same executions.
    for (const char* field : {"id", "namespace", "state.current", "state.duration"}) {
      ExecutionQuery sorted{visible};
      sorted.order = {{field, false}};
      EXPECT_EQ(names_of(pages(sorted), [](base::Id id) { return id.to_text(); }),
                names_of(all, [](base::Id id) { return id.to_text(); }))
          << field;
    }
  }
}

TEST_P(VisibleSuite, ExecutionsByFilterTextAndLabel) {  // RBAC-3
  for (const Visible& visible : callers()) {
    ExecutionQuery query{visible};
    query.states = {State::failed};
    EXPECT_EQ(pages(query), ids_of(seen(visible), [](const ExecutionRow& row) {
                return row.execution.state.current() == State::failed;
              }));
    const std::vector<std::pair<TextFilter, std::function<bool(std::string_view)>>> filters = {
        {{Operator::prefix, {"a.b"}}, [](std::string_view name) { return name == "a.b" || name == "a.b.c"; }},
        {{Operator::starts_with, {"a.b"}}, [](std::string_view name) { return name.starts_with("a.b"); }},
        {{Operator::starts_with, {"n0"}}, [](std::string_view name) { return name.starts_with("n0"); }},
        {{Operator::equals, {"a"}}, [](std::string_view name) { return name == "a"; }},
        {{Operator::in, {"a.bc", "n07", "n31"}},
         [](std::string_view name) { return name == "a.bc" || name == "n07" || name == "n31"; }},
        {{Operator::not_equals, {"n07"}}, [](std::string_view name) { return name != "n07"; }}};
    for (const auto& [filter, wanted] : filters) {
      ExecutionQuery filtered{visible};
      filtered.namespaces = {filter};
      EXPECT_EQ(pages(filtered), ids_of(seen(visible, wanted))) << filter.values.front();
    }
    for (const char* text : {"child", "b.c", "n0", "flow", "nowhere"}) {
      ExecutionQuery search{visible};
      search.text = text;
      // The ids of executions are searched, too.
      EXPECT_EQ(pages(search), ids_of(seen(visible),
                                      [text](const ExecutionRow& row) {
                                        const auto& found = row.execution;
                                        return found.flow->namespace_.contains(text) || found.flow->id.contains(text) ||
                                               base::to_lower_ascii(found.id.to_text()).contains(text);
                                      }))
          << text;
    }
    ExecutionQuery label{visible};
    label.labels = {{Operator::equals, "number", {"5"}}};
    EXPECT_EQ(pages(label),
              ids_of(seen(visible), [](const ExecutionRow& row) { return row.execution.labels.front().value == "5"; }));
    ExecutionQuery named{visible};
    const auto& any = executions_.at(executions_.size() / 2).execution;
    named.execution_ids = {{Operator::equals, {any.id.to_text()}}};
    EXPECT_EQ(pages(named).size(), visible.covers(any.flow->namespace_) ? 1u : 0u);
  }
}

TEST_P(VisibleSuite, Rollups) {  // RBAC-3
  for (const Visible& visible : callers()) {
    for (bool by_flow : {false, true}) {
      RollupQuery query{visible};
      query.tenant = "main";
      query.from = time_of(0);
      query.to = time_of(1'000'000);
      query.by_flow = by_flow;
      uint64_t counted = 0;
      std::set<std::string> flows;
      for (const auto& row : must(reader().rollup(query))) {
        counted += row.count;
        if (row.flow) flows.insert(row.flow->namespace_);
      }
      const auto names = seen(visible);
      EXPECT_EQ(counted, names.size() * executions_a_flow);
      if (by_flow) EXPECT_EQ(flows, std::set<std::string>(names.begin(), names.end()));
    }
  }
}

TEST_P(VisibleSuite, ListsOfEverySubject) {  // RBAC-3
  Batch board;
  put_entity(board, DashboardRow{{.tenant = "main", .id = "board"}, "title", "", "id: board"});
  commit(std::move(board));
  const auto by_namespace = [](const auto& row) { return row.namespace_; };
  for (const Visible& visible : callers()) {
    const auto names = seen(visible);
    FlowQuery flows{visible};
    flows.tenant = "main";
    flows.paging.size = 1'000;
    auto found = must(reader().search_flows(flows));
    EXPECT_EQ(names_of(found.results, [](const FlowRow& row) { return row.key.namespace_; }), names);
    EXPECT_EQ(found.total, names.size());
    flows.text = "child";
    EXPECT_EQ(must(reader().search_flows(flows)).total,
              seen(visible, [](std::string_view name) { return name.ends_with("child"); }).size());
    EXPECT_EQ(must(reader().namespaces(visible, "main")), names);
    EXPECT_EQ(must(reader().data_namespaces(visible, "main")), names);
    const EntityFilter of_main{.tenant = "main"}, with_revisions{.all_revisions = true};
    EXPECT_EQ(names_of(must(list_entities<NamespaceRow>(reader(), visible, of_main)), by_namespace), names);
    EXPECT_EQ(names_of(must(list_entities<TemplateRow>(reader(), visible, of_main)), by_namespace), names);
    EXPECT_EQ(names_of(must(list_entities<ReusableInputsRow>(reader(), visible, with_revisions)), by_namespace), names);
    EXPECT_EQ(names_of(must(reader().secrets(visible, "main")), by_namespace), names);
    KvQuery keys{visible};
    keys.tenant = "main";
    keys.paging.size = 1'000;
    auto page = must(reader().search_kv(keys));
    EXPECT_EQ(names_of(page.results, by_namespace), names);
    EXPECT_EQ(page.total, names.size());
    TriggerQuery triggers{visible};
    triggers.tenant = "main";
    triggers.paging.size = 1'000;
    EXPECT_EQ(names_of(must(reader().search_triggers(triggers)).results,
                       [](const TriggerRow& row) { return row.flow->namespace_; }),
              names);
    EXPECT_EQ(must(list_entities<DashboardRow>(reader(), visible, of_main)).size(), visible.everything() ? 1u : 0u);
    for (const std::string& name : names_) {
      const size_t sees = std::ranges::binary_search(names, name) ? 1 : 0;
      EXPECT_EQ(must(reader().namespace_files(visible, "main", name, "/")).size(), sees) << name;
      EXPECT_EQ(must(reader().namespace_file_versions(visible, "main", name)).size(), sees) << name;
      EXPECT_EQ(must(reader().kv_versions(visible, "main", name)).size(), sees) << name;
      EXPECT_EQ(
          must(reader().flow_metrics({.visible = visible, .flow = *flow_key(name, "flow"), .look_at = 10})).size(),
          sees)
          << name;
    }
  }
}

TEST_P(VisibleSuite, LogsAndMetricsOfExecutions) {  // RBAC-3
  for (const Visible& visible : callers()) {
    const auto names = seen(visible);
    LogQuery lines{visible};
    lines.tenant = "main";
    lines.paging.size = 1'000;
    auto page = must(reader().search_logs(lines));
    std::map<std::string, int> found, wanted;
    for (const auto& line : page.results) ++found[line.flow->namespace_];
    for (const auto& name : names) wanted[name] = 2;
    EXPECT_EQ(found, wanted);
    for (size_t i = executions_.size() - 1; i > executions_.size() - 60; i -= 7) {
      const auto& execution = executions_[i].execution;
      const size_t sees = std::ranges::binary_search(names, execution.flow->namespace_) ? 1 : 0;
      EXPECT_EQ(must(reader().metrics(visible, execution.id, 10)).size(), sees);
      LogQuery one{visible};
      one.tenant = "main";
      one.execution_id = execution.id;
      LogCursor cursor;
      EXPECT_EQ(must(reader().read_log(one, cursor)).size(), sees);
    }
  }
}

TEST(Access, JudgesEveryRowOfABatch) {  // RBAC-3
  const Access access = Callers::has({"a.b"});
  const auto allowed = [&](const std::function<void(Batch&, const std::string&)>& fill, const std::string& name) {
    Batch batch;
    fill(batch, name);
    EXPECT_TRUE(batch.is_allowed(Access::internal("a test")));
    return batch.is_allowed(access);
  };
  const std::vector<std::function<void(Batch&, const std::string&)>> rows = {
      [](Batch& batch, const std::string& name) { batch.flows.emplace_back().key.namespace_ = name; },
      [](Batch& batch, const std::string& name) { batch.deleted_revisions.push_back({{"main", name, "f"}, 1}); },
      [](Batch& batch, const std::string& name) { batch.kv.emplace_back().namespace_ = name; },
      [](Batch& batch, const std::string& name) { batch.deleted_kv.push_back({"main", name, "k"}); },
      [](Batch& batch, const std::string& name) { batch.purged_kv.push_back({"main", name, "k", 1}); },
      [](Batch& batch, const std::string& name) { batch.secrets.emplace_back().namespace_ = name; },
      [](Batch& batch, const std::string& name) { batch.deleted_secrets.push_back({"main", name, "S"}); },
      [](Batch& batch, const std::string& name) { batch.namespace_files.emplace_back().namespace_ = name; },
      [](Batch& batch, const std::string& name) { batch.deleted_namespace_files.emplace_back().namespace_ = name; },
      [](Batch& batch, const std::string& name) { batch.entities.emplace_back().namespace_ = name; },
      [](Batch& batch, const std::string& name) { batch.logs.emplace_back().flow = flow_key(name, "f"); },
      [](Batch& batch, const std::string& name) { batch.deleted_logs.emplace_back().flow = flow_key(name, "f"); },
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(allowed(rows[i], "a.b")) << i;
    EXPECT_TRUE(allowed(rows[i], "a.b.c")) << i;
    EXPECT_FALSE(allowed(rows[i], "a.bc")) << i;
    EXPECT_FALSE(allowed(rows[i], "a")) << i;
    // One row that is not allowed is enough.
    EXPECT_FALSE(allowed(
        [&](Batch& batch, const std::string& name) {
          rows[i](batch, "a.b");
          rows[i](batch, name);
        },
        "other"))
        << i;
  }
  // What belongs to no namespace, and what only the executor writes.
  EXPECT_FALSE(allowed([](Batch& batch, const std::string&) { batch.entities.emplace_back(); }, ""));
  EXPECT_FALSE(allowed([](Batch& batch, const std::string&) { batch.maintenance.emplace(); }, ""));
  EXPECT_FALSE(allowed([](Batch& batch, const std::string&) { batch.deleted_executions.emplace_back(); }, ""));
  EXPECT_FALSE(allowed([](Batch& batch, const std::string&) { batch.inbox.emplace_back(); }, ""));
  EXPECT_FALSE(allowed([](Batch& batch, const std::string&) { batch.triggers.emplace_back(); }, ""));
}

}  // namespace
}  // namespace gyr::store::test
