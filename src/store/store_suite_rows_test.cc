// Flows, messages, keys, files, metrics, idempotency keys.
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

using base::Value;

GYR_STORE_SUITE(RowSuite);

TEST(SlotOf, AFlowStaysTheSame) {  // principle: group commit
  EXPECT_EQ(model::slot_of({"main", "company.team", "flow"}), 536);
  EXPECT_EQ(model::slot_of({"main", "io.kestra", "größe"}), 40);
}

FlowRow flow_row(std::string namespace_, std::string id, int32_t revision = 1) {
  FlowRow row;
  row.key = {"main", std::move(namespace_), std::move(id)};
  row.revision = revision;
  row.source = fmt::format("id: {}\nnamespace: {}\n# revision {}\n", row.key.id, row.key.namespace_, revision);
  row.updated = time_of(revision);
  return row;
}

TEST_P(RowSuite, ADraftTakesThePlaceOfNothingThatRuns) {  // API-60
  const auto put = [this](int32_t revision, bool draft, bool deleted = false) {
    auto row = flow_row("a.b", "f", revision);
    row.draft = draft;
    row.deleted = deleted;
    Batch batch;
    batch.flows = {row};
    commit(std::move(batch));
  };
  const model::FlowKey key = flow_row("a.b", "f").key;
  const auto current = [&] {
    const auto row = must(reader().flow(key, 0));
    return row ? fmt::format("{}{} of {}", row->draft ? "draft " : "", row->revision, row->newest) : "none";
  };
  FlowQuery published{test::everything};
  published.tenant = "main";
  published.drafts = false;
  put(1, true);
  EXPECT_EQ(current(), "draft 1 of 1") << "there is nothing else";
  EXPECT_EQ(must(reader().search_flows(published)).total, 0u);
  put(2, true);
  EXPECT_EQ(current(), "draft 2 of 2");
  put(3, false);
  EXPECT_EQ(current(), "3 of 3");
  put(4, true);
  put(5, true);
  EXPECT_EQ(current(), "3 of 5");
  EXPECT_TRUE(must(reader().flow(key, 4))->draft);
  EXPECT_EQ(must(reader().flow_revisions(key)).size(), 5u);
  EXPECT_EQ(must(reader().search_flows(published)).results.at(0).revision, 3);
  auto again = flow_row("a.b", "f", 5);
  Batch conflict;
  conflict.flows = {again};
  EXPECT_EQ(refusal(std::move(conflict)), store_conflict.text);
  Batch forgotten;
  forgotten.deleted_revisions = {{key, 3}, {key, 5}};
  commit(std::move(forgotten));
  EXPECT_EQ(current(), "3 of 5") << "the current one stays, and no number is used twice";
  put(6, false);
  EXPECT_EQ(current(), "6 of 6");
  put(7, false, true);
  put(8, true);
  EXPECT_EQ(current(), "draft 8 of 8") << "a deleted flow does not run";
}

TEST_P(RowSuite, FlowsAreFoundByAnyOfSeveralConditions) {  // API-29
  Batch batch;
  batch.flows = {flow_row("a", "one"), flow_row("a.b", "two"), flow_row("c", "three")};
  batch.flows[2].labels = {{"team", "x"}};
  commit(std::move(batch));
  FlowQuery query{test::everything};
  query.tenant = "main";
  FlowQuery of_namespace = query, of_label = query;
  of_namespace.namespaces = {{Operator::equals, {"a"}}};
  of_label.labels = {{Operator::equals, "team", {"x"}}};
  query.any_of = {of_namespace, of_label};
  std::string found;
  for (const auto& row : must(reader().search_flows(query)).results) found += row.key.id + " ";
  EXPECT_EQ(found, "one three ");
  query.flow_ids = {{Operator::starts_with, {"t"}}};
  const auto page = must(reader().search_flows(query));
  ASSERT_EQ(page.total, 1u);
  EXPECT_EQ(page.results[0].key.id, "three");
}

TEST_P(RowSuite, FlowsHaveRevisions) {
  auto first = flow_row("a.b", "f", 1), second = flow_row("a.b", "f", 2);
  first.source = std::string("byte\0for\xFF byte\r\n", 16);
  second.labels = {{"team", "x"}, {"", ""}};
  second.description = "does it";
  second.exception = "unknown type";
  second.disabled = true;
  Batch batch;
  batch.flows = {first, second};
  commit(std::move(batch));
  auto current = must(reader().flow(first.key, 0));
  ASSERT_TRUE(current);
  EXPECT_EQ(current->revision, 2);
  EXPECT_EQ(current->labels, second.labels);
  EXPECT_EQ(current->description, "does it");
  EXPECT_EQ(current->exception, "unknown type");
  EXPECT_TRUE(current->disabled);
  EXPECT_EQ(current->updated, time_of(2));
  EXPECT_EQ(must(reader().flow(first.key, 1))->source, first.source);
  EXPECT_FALSE(must(reader().flow(first.key, 3)));
  EXPECT_FALSE(must(reader().flow({"main", "a.b", "g"}, 0)));
  EXPECT_FALSE(must(reader().flow({"other", "a.b", "f"}, 0)));

  auto deleted = flow_row("a.b", "f", 3);
  deleted.deleted = true;
  Batch removal;
  removal.flows.push_back(deleted);
  commit(std::move(removal));
  EXPECT_TRUE(must(reader().flow(first.key, 0))->deleted);
  auto revisions = must(reader().flow_revisions(first.key));
  ASSERT_EQ(revisions.size(), 3u);
  EXPECT_EQ(revisions[0].revision, 1);
  EXPECT_EQ(revisions[2].revision, 3);
  FlowQuery all{test::everything};
  all.tenant = "main";
  EXPECT_EQ(must(reader().search_flows(all)).total, 0u);
  EXPECT_TRUE(must(reader().namespaces(test::everything, "main")).empty());
  Batch back;
  back.flows.push_back(flow_row("a.b", "f", 4));
  commit(std::move(back));
  EXPECT_EQ(must(reader().search_flows(all)).total, 1u);
}

TEST_P(RowSuite, FlowsAreSearched) {
  Batch batch;
  for (const char* namespace_ : {"company", "company.team", "companyx", "dev"}) {
    for (const char* id : {"alpha", "beta", "Gamma"}) {
      auto row = flow_row(namespace_, id);
      row.labels = {{"team", namespace_}};
      row.description = id == std::string("beta") ? "Übergröße 100%_" : "";
      batch.flows.push_back(row);
    }
  }
  commit(std::move(batch));
  auto ids = [&](FlowQuery query) {
    query.tenant = "main";
    std::string text;
    auto page = must(reader().search_flows(query));
    for (const auto& flow : page.results) text += flow.key.namespace_ + "/" + flow.key.id + " ";
    return text + fmt::format("of {}", page.total);
  };
  FlowQuery query{test::everything};
  query.namespaces = {{Operator::prefix, {"company"}}};
  query.paging.size = 100;
  EXPECT_EQ(ids(query),
            "company/Gamma company/alpha company/beta company.team/Gamma company.team/alpha company.team/beta of 6");
  query.paging = {2, 4};
  EXPECT_EQ(ids(query), "company.team/alpha company.team/beta of 6");
  query = {test::everything};
  query.after = {"company.team", "beta"};
  query.paging.size = 100;
  EXPECT_EQ(ids(query), "companyx/Gamma companyx/alpha companyx/beta dev/Gamma dev/alpha dev/beta of 6");
  query.after = {"company.team", "beta!"};
  query.paging = {.page = 1, .size = 2, .count_limit = 0};
  EXPECT_EQ(ids(query), "companyx/Gamma companyx/alpha of 2") << "not counted beyond the page (API-49)";
  query.after = {"dev", "beta"};
  EXPECT_EQ(ids(query), "of 0");
  query = {test::everything};
  query.flow_ids = {{Operator::in, {"alpha", "Gamma", "nope"}}};
  query.order = {{"id", false}, {"namespace", true}};
  query.paging.size = 3;
  EXPECT_EQ(ids(query), "dev/Gamma companyx/Gamma company.team/Gamma of 8");
  query = {test::everything};
  query.text = "GRÖSS";
  EXPECT_EQ(ids(query), "of 0");  // ß has no simple fold
  query.text = "übergröß";
  query.paging.size = 1;
  EXPECT_EQ(ids(query), "company/beta of 4");
  query.text = "100%_";
  EXPECT_EQ(ids(query), "company/beta of 4");
  query.text = "%";
  EXPECT_EQ(ids(query), "company/beta of 4");
  query.text = "' OR 1=1 --";
  EXPECT_EQ(ids(query), "of 0");
  query = {test::everything};
  query.not_texts = {"ALPHA", "übergröß"};
  query.paging.size = 10;
  EXPECT_EQ(ids(query), "company/Gamma company.team/Gamma companyx/Gamma dev/Gamma of 4");
  query.text = "company";
  query.not_texts = {"ALPHA", "company.team", "beta"};
  EXPECT_EQ(ids(query), "company/Gamma companyx/Gamma of 2");
  query.not_texts = {"\xFF"};
  EXPECT_EQ(reader().search_flows(query).error().code(), bad_query);
  query = {test::everything};
  query.source_text = "ID: ALPHA";
  query.paging.size = 1;
  EXPECT_EQ(ids(query), "company/alpha of 4");
  query = {test::everything};
  query.labels = {{Operator::equals, "team", {"dev"}}};
  query.paging.size = 1;
  EXPECT_EQ(ids(query), "dev/Gamma of 3");
  query.order = {{"source", true}};
  EXPECT_EQ(reader().search_flows(query).error().code(), bad_query);
  query = {test::everything};
  query.paging = {0, 10};
  EXPECT_EQ(reader().search_flows(query).error().code(), bad_query);
  EXPECT_EQ(must(reader().namespaces(test::everything, "main")),
            (std::vector<std::string>{"company", "company.team", "companyx", "dev"}));
  EXPECT_TRUE(must(reader().namespaces(test::everything, "other")).empty());
}

TEST_P(RowSuite, TheInboxKeepsOrderAndKnowsDuplicates) {
  auto flow = flow_key("a", "f");
  std::vector<InboxMessage> messages;
  for (uint16_t i = 0; i < 6; ++i) {
    messages.push_back({ids_.at(time_of(10 - i)), static_cast<uint16_t>(i % 2 == 0 ? 3 : 900), ids_.at(time_of(0)),
                        flow, static_cast<uint8_t>(i), std::string("payload\0", 8) + std::to_string(i)});
  }
  messages[4].target = {};
  messages[5].flow = nullptr;
  Batch batch;
  batch.inbox = messages;
  batch.inbox.push_back(messages[2]);
  commit(std::move(batch));
  Batch twice;
  twice.inbox.push_back(messages[1]);
  commit(std::move(twice));
  auto all = must(reader().inbox(0, model::slot_count - 1, 0, 100));
  ASSERT_EQ(all.size(), 6u);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].message.id, messages[i].id);
    EXPECT_EQ(all[i].message.kind, i);
    EXPECT_EQ(all[i].message.payload, messages[i].payload);
    EXPECT_EQ(all[i].message.target, messages[i].target);
    EXPECT_EQ(all[i].message.flow == nullptr, i == 5);
    if (i > 0) EXPECT_GT(all[i].sequence, all[i - 1].sequence);
  }
  auto low = must(reader().inbox(0, 10, 0, 2));
  ASSERT_EQ(low.size(), 2u);
  EXPECT_EQ(low[1].message.id, messages[2].id);
  EXPECT_EQ(must(reader().inbox(0, 10, low[1].sequence, 10)).size(), 1u);

  Batch applied;
  applied.applied_inbox = {all[0].sequence, 123456};
  applied.applied_inbox_ids = {messages[1].id, messages[0].id};
  commit(std::move(applied));
  EXPECT_EQ(must(reader().inbox(0, model::slot_count - 1, 0, 100)).size(), 4u);

  // Numbers are never given again: who asks for what comes after the last one misses nothing.
  int64_t last = all.back().sequence;
  Batch rest;
  for (size_t i = 2; i < 6; ++i) rest.applied_inbox.push_back(all[i].sequence);
  commit(std::move(rest));
  reopen();
  Batch later;
  later.inbox.push_back({ids_.at(time_of(0)), 3, {}, flow, 0, ""});
  commit(std::move(later));
  EXPECT_EQ(must(reader().inbox(0, model::slot_count - 1, last, 100)).size(), 1u);
}

KvRow key_row(std::string namespace_, std::string key, Value value) {
  KvRow row;
  row.tenant = "main";
  row.namespace_ = std::move(namespace_);
  row.key = std::move(key);
  row.type = "STRING";
  row.value = std::move(value);
  row.created = row.updated = time_of(0);
  return row;
}

// KV-4, KV-7
TEST_P(RowSuite, DeletedKeysAreHiddenAndTheirNumbersContinue) {
  auto row = key_row("a", "k", Value::map({{"x", Value::string(std::string(300'000, 'y'))}}));
  row.type = "JSON";
  row.description = "what for";
  row.revision = 3;
  row.expires = time_of(100);
  Batch batch;
  batch.kv.push_back(row);
  commit(std::move(batch));
  auto found = must(reader().kv("main", "a", "k"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, row.value);
  EXPECT_EQ(found->type, "JSON");
  EXPECT_EQ(found->description, "what for");
  EXPECT_EQ(found->revision, 3);
  EXPECT_EQ(found->expires, time_of(100));
  EXPECT_FALSE(must(reader().kv("main", "a", "K")));
  EXPECT_FALSE(must(reader().kv("other", "a", "k")));

  KvQuery query{test::everything};
  query.tenant = "main";
  query.now = time_of(99);
  EXPECT_EQ(must(reader().search_kv(query)).total, 1u);
  query.now = time_of(100);
  EXPECT_EQ(must(reader().search_kv(query)).total, 0u);
  query.include_expired = true;
  EXPECT_EQ(must(reader().search_kv(query)).total, 1u);

  Batch removal;
  removal.deleted_kv.push_back({"main", "a", "k"});
  removal.deleted_kv.push_back({"main", "a", "none"});
  commit(std::move(removal));
  EXPECT_FALSE(must(reader().kv("main", "a", "k")));
  EXPECT_EQ(must(reader().search_kv(query)).total, 0u);
  Batch again;
  again.kv.push_back(key_row("a", "k", Value::string("new")));
  commit(std::move(again));
  found = must(reader().kv("main", "a", "k"));
  EXPECT_EQ(found->revision, 4);
  EXPECT_FALSE(found->expires);
  Batch change;
  change.kv.push_back(key_row("a", "k", Value::string("newer")));
  change.kv[0].revision = 5;
  commit(std::move(change));
  EXPECT_EQ(must(reader().kv("main", "a", "k"))->revision, 5);
}

TEST_P(RowSuite, KeysAreSearchedAndSorted) {
  Batch batch;
  for (int i = 0; i < 9; ++i) {
    auto row = key_row(i % 3 == 0 ? "a" : i % 3 == 1 ? "a.b" : "ab", fmt::format("key{}", i), Value::integer(i));
    row.updated = time_of(100 - i);
    if (i == 4) row.expires = time_of(1000);
    batch.kv.push_back(row);
  }
  commit(std::move(batch));
  auto keys = [&](KvQuery query) {
    query.tenant = "main";
    std::string text;
    auto page = must(reader().search_kv(query));
    for (const auto& row : page.results) text += row.key + " ";
    return text + fmt::format("of {}", page.total);
  };
  KvQuery query{test::everything};
  EXPECT_EQ(keys(query), "key0 key3 key6 key1 key4 key7 key2 key5 key8 of 9");
  query.namespaces = {{Operator::prefix, {"a"}}};
  query.order = {{"updated", true}};
  query.paging = {2, 2};
  EXPECT_EQ(keys(query), "key3 key4 of 6");
  query = {test::everything};
  query.keys = {{Operator::regex, {"[4-6]$"}}};
  query.order = {{"key", true}};
  EXPECT_EQ(keys(query), "key6 key5 key4 of 3");
  query.order = {{"expirationDate", true}};
  query.paging.size = 1;
  EXPECT_EQ(keys(query), "key4 of 3");
  query = {test::everything};
  query.text = "A.B";
  EXPECT_EQ(keys(query), "key1 key4 key7 of 3");
  query.not_texts = {"KEY4", "y7"};
  EXPECT_EQ(keys(query), "key1 of 1");
  query.text = {};
  EXPECT_EQ(keys(query), "key0 key3 key6 key1 key2 key5 key8 of 7");
  query.order = {{"value", true}};
  EXPECT_EQ(reader().search_kv(query).error().code(), bad_query);
}

std::string versions_of(Reader& reader, std::string_view namespace_) {
  std::string text;
  auto versions = reader.kv_versions(test::everything, "main", namespace_);
  EXPECT_TRUE(versions.has_value());
  for (const auto& version : versions.value_or(std::vector<KvVersion>())) {
    text += fmt::format("{}@{}{} ", version.key, version.revision, version.deleted ? "-" : "");
  }
  return text;
}

// KV-1, KV-7, CORE-65
TEST_P(RowSuite, KeysKeepTheirVersionsUntilTheyArePurged) {
  for (int revision = 1; revision <= 3; ++revision) {
    for (std::string_view key : {"a", "b"}) {
      Batch batch;
      batch.kv.push_back(key_row("n", std::string(key), Value::integer(revision)));
      batch.kv[0].revision = revision;
      batch.kv[0].updated = time_of(revision);
      commit(std::move(batch));
    }
  }
  EXPECT_EQ(versions_of(reader(), "n"), "a@1 a@2 a@3 b@1 b@2 b@3 ");
  EXPECT_EQ(versions_of(reader(), "other"), "");
  EXPECT_EQ(must(reader().kv_versions(test::everything, "main", "n"))[1].updated, time_of(2));
  Batch change;
  change.deleted_kv.push_back({"main", "n", "b"});
  change.purged_kv = {{"main", "n", "a", 1}, {"main", "n", "a", 7}, {"main", "other", "a", 2}};
  commit(std::move(change));
  EXPECT_EQ(versions_of(reader(), "n"), "a@2 a@3 b@1 b@2 b@3- ") << "a deleted key keeps its history";
  EXPECT_EQ(must(reader().kv("main", "n", "a"))->value.as_integer(), 3);
  Batch again;
  again.kv.push_back(key_row("n", "b", Value::integer(9)));
  commit(std::move(again));
  EXPECT_EQ(versions_of(reader(), "n"), "a@2 a@3 b@1 b@2 b@3- b@4 ") << "its numbers go on";
  Batch purge;
  purge.purged_kv.push_back({"main", "n", "b", 4});
  commit(std::move(purge));
  EXPECT_EQ(versions_of(reader(), "n"), "a@2 a@3 ") << "with the newest version all of the key goes";
  EXPECT_FALSE(must(reader().kv("main", "n", "b")));
  Batch anew;
  anew.kv.push_back(key_row("n", "b", Value::integer(1)));
  commit(std::move(anew));
  EXPECT_EQ(must(reader().kv("main", "n", "b"))->revision, 1);
  EXPECT_EQ(must(reader().data_namespaces(test::everything, "main")), (std::vector<std::string>{"n"}));
}

// SEC-5, SEC-6
TEST_P(RowSuite, SecretsAreFoundByNamespaceAndKey) {
  auto secret = [](std::string namespace_, std::string key, std::string value) {
    SecretRow row;
    row.tenant = "main";
    row.namespace_ = std::move(namespace_);
    row.key = std::move(key);
    row.value = std::move(value);
    row.key_id = "k1";
    row.created = row.updated = time_of(1);
    return row;
  };
  Batch batch;
  batch.secrets = {secret("b", "X", "one"), secret("a", "X", "two"), secret("a", "Y", "three")};
  batch.secrets[0].description = "what for";
  batch.secrets[0].tags = {{"team", "data"}, {"empty", ""}};
  commit(std::move(batch));
  auto found = must(reader().secret("main", "b", "X"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, "one");
  EXPECT_EQ(found->key_id, "k1");
  EXPECT_EQ(found->description, "what for");
  EXPECT_EQ(found->tags, (std::vector<std::pair<std::string, std::string>>{{"team", "data"}, {"empty", ""}}));
  EXPECT_FALSE(must(reader().secret("main", "b", "Y")));
  EXPECT_FALSE(must(reader().secret("other", "b", "X")));
  Batch change;
  change.secrets = {secret("a", "X", "new")};
  change.secrets[0].created = change.secrets[0].updated = time_of(5);
  change.deleted_secrets = {{"main", "a", "Y"}, {"main", "a", "none"}};
  commit(std::move(change));
  const auto all = must(reader().secrets(test::everything, "main"));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].namespace_ + all[0].key + all[0].value, "aXnew");
  EXPECT_EQ(all[0].created, time_of(1)) << "a new value is no new secret";
  EXPECT_EQ(all[0].updated, time_of(5));
  EXPECT_EQ(all[1].namespace_, "b");
}

// NSF-1, NSF-3, NSF-4
TEST_P(RowSuite, NamespaceFilesHaveRevisions) {
  auto file = [](std::string path, int32_t revision, bool deleted = false) {
    NamespaceFileRow row;
    row.tenant = "main";
    row.namespace_ = "a";
    row.path = std::move(path);
    row.revision = revision;
    row.deleted = deleted;
    row.size = static_cast<uint64_t>(revision) * 10;
    row.created = row.updated = time_of(revision);
    row.content = fmt::format("v{}.x", revision);
    return row;
  };
  Batch batch;
  batch.namespace_files = {file("/x/a.txt", 1), file("/x/a.txt", 2), file("/x/b.txt", 1), file("/x/b.txt", 2, true),
                           file("/y/c.txt", 1)};
  commit(std::move(batch));
  auto paths = [&](std::string_view prefix) {
    std::string text;
    for (const auto& row : must(reader().namespace_files(test::everything, "main", "a", prefix)))
      text += fmt::format("{}@{} ", row.path, row.revision);
    return text;
  };
  EXPECT_EQ(paths("/"), "/x/a.txt@2 /y/c.txt@1 ");
  EXPECT_EQ(paths("/x/"), "/x/a.txt@2 ");
  EXPECT_EQ(paths("/z"), "");
  EXPECT_TRUE(must(reader().namespace_files(test::everything, "other", "a", "/")).empty());
  auto history = must(reader().namespace_file_revisions("main", "a", "/x/b.txt"));
  ASSERT_EQ(history.size(), 2u);
  EXPECT_TRUE(history[1].deleted);
  EXPECT_EQ(history[0].size, 10u);
  EXPECT_EQ(history[0].content + history[1].content, "v1.xv2.x");
  Batch change;
  change.namespace_files = {file("/x/b.txt", 3)};
  change.deleted_namespace_files = {file("/x/a.txt", 2), file("/y/c.txt", 0)};
  commit(std::move(change));
  EXPECT_EQ(paths("/"), "/x/a.txt@1 /x/b.txt@3 ");
  EXPECT_TRUE(must(reader().namespace_file_revisions("main", "a", "/y/c.txt")).empty());
  std::string all;
  for (const auto& row : must(reader().namespace_file_versions(test::everything, "main", "a")))
    all += fmt::format("{}@{}{} ", row.path, row.revision, row.deleted ? "-" : "");
  EXPECT_EQ(all, "/x/a.txt@1 /x/b.txt@1 /x/b.txt@2- /x/b.txt@3 ");
  EXPECT_EQ(must(reader().data_namespaces(test::everything, "main")), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(must(reader().data_namespaces(test::everything, "other")).empty());
}

// EXEC-122, SCRIPT-33
TEST_P(RowSuite, MetricsReplaceThoseOfTheSameNameAndTags) {
  auto row = execution(flow_key("a", "f"), time_of(0));
  model::MetricEntry metric;
  metric.execution_id = row.execution.id;
  metric.flow = row.execution.flow;
  metric.task_id = "load";
  metric.task_run_id = ids_.at(time_of(0));
  metric.type = model::MetricType::timer;
  metric.name = "rows";
  metric.value = 1.5;
  metric.timestamp = {1'767'600'000, 7};
  metric.tags = Value::map({{"a", Value::string("1")}, {"b", Value::string("2")}});
  auto other_tags = metric;
  other_tags.tags = Value::map({{"a", Value::string("1")}});
  auto next_attempt = metric;
  next_attempt.attempt = 1;
  auto other_execution = execution(flow_key("a", "f"), time_of(1));
  auto other_type = metric;
  other_type.execution_id = other_execution.execution.id;
  auto other_type_too = other_type;
  other_type_too.type = model::MetricType::gauge;
  Batch batch;
  batch.metrics = {metric, other_tags, next_attempt, other_type, other_type_too};
  commit(std::move(batch));
  auto newer = metric;
  newer.value = 9;
  newer.tags = Value::map({{"b", Value::string("2")}, {"a", Value::string("1")}});  // any order
  Batch change;
  change.metrics.push_back(newer);
  commit(std::move(change));
  auto all = must(reader().metrics(test::everything, row.execution.id, 100));
  ASSERT_EQ(all.size(), 3u);
  double sum = 0;
  for (const auto& found : all) {
    sum += found.value;
    EXPECT_EQ(found.type, model::MetricType::timer);
    EXPECT_EQ(found.timestamp, metric.timestamp);
    EXPECT_EQ(*found.flow, *metric.flow);
    EXPECT_EQ(found.task_run_id, metric.task_run_id);
  }
  EXPECT_EQ(sum, 9 + 1.5 + 1.5);
  EXPECT_EQ(must(reader().metrics(test::everything, row.execution.id, 2)).size(), 2u);
  EXPECT_EQ(must(reader().metrics(test::everything, other_execution.execution.id, 100)).size(), 2u) << "of two types";
  EXPECT_TRUE(must(reader().metrics(test::everything, ids_.at(time_of(0)), 2)).empty());
}

TEST_P(RowSuite, AnIdempotencyKeyAnswersWithOneExecution) {
  base::Id first = ids_.at(time_of(0)), second = ids_.at(time_of(0));
  std::string key("k\0'\xFF", 4);
  Batch batch;
  batch.idempotency.push_back({"main", key, first, time_of(0)});
  commit(std::move(batch));
  Batch same;
  same.idempotency.push_back({"main", key, first, time_of(5)});
  commit(std::move(same));
  Batch other;
  other.idempotency.push_back({"main", key, second, time_of(5)});
  EXPECT_EQ(refusal(std::move(other)), store_conflict.text);
  Batch tenant;
  tenant.idempotency.push_back({"other", key, second, time_of(5)});
  commit(std::move(tenant));
  auto found = must(reader().idempotency("main", key));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->execution_id, first);
  EXPECT_EQ(found->created, time_of(0));
  EXPECT_FALSE(must(reader().idempotency("main", "k")));
}

}  // namespace
}  // namespace gyr::store::test
