// Configured namespaces, dashboards, templates and reusable inputs.
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

GYR_STORE_SUITE(EntitySuite);

NamespaceRow namespace_of(std::string tenant, std::string id, int64_t value, int64_t at) {
  return {std::move(tenant), std::move(id),
          base::Value::map({{"variables", base::Value::map({{"v", base::Value::integer(value)}})}}), time_of(at),
          time_of(at)};
}

TEST_P(EntitySuite, NamespacesAreReplacedByTheirKey) {  // GOV-1
  Batch batch;
  batch.namespaces = {namespace_of("main", "a.b", 1, 1), namespace_of("main", "a", 2, 1),
                      namespace_of("other", "a", 3, 1)};
  EXPECT_FALSE(batch.empty());
  EXPECT_GT(batch.weight(), 0u);
  commit(std::move(batch));
  Batch again;
  again.namespaces = {namespace_of("main", "a", 4, 9)};
  commit(std::move(again));
  reopen();
  auto row = must(reader().namespace_row("main", "a"));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->body.find("variables")->find("v")->as_integer(), 4);
  EXPECT_EQ(row->created, time_of(1)) << "it was made then";
  EXPECT_EQ(row->updated, time_of(9));
  EXPECT_FALSE(must(reader().namespace_row("main", "a.c")));
  auto rows = must(reader().namespace_rows(test::everything, "main"));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].id, "a.b");
  EXPECT_EQ(must(reader().namespace_rows(test::everything, "")).size(), 3u);
  Batch removal;
  removal.deleted_namespaces = {{"main", "a"}, {"main", "unknown"}};
  commit(std::move(removal));
  EXPECT_EQ(must(reader().namespace_rows(test::everything, "main")).size(), 1u);
  EXPECT_EQ(must(reader().namespace_rows(test::everything, "other")).size(), 1u) << "another tenant's is another";
}

TEST_P(EntitySuite, DashboardsKeepTheirSource) {  // CORE-110
  const std::string source = "title: T  # kept\nid: d\n\xC3\xBC: \t\n";
  Batch batch;
  batch.dashboards = {{"main", "d", "T", "about", source, time_of(1), time_of(1)},
                      {"main", "c", "C", "", "title: C", time_of(2), time_of(2)}};
  EXPECT_FALSE(batch.empty());
  EXPECT_GT(batch.weight(), source.size());
  commit(std::move(batch));
  Batch again;
  again.dashboards = {{"main", "c", "C2", "more", "title: C2", time_of(7), time_of(7)}};
  commit(std::move(again));
  reopen();
  auto row = must(reader().dashboard("main", "d"));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->source, source);
  EXPECT_EQ(row->description, "about");
  auto rows = must(reader().dashboards(test::everything, "main"));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].title, "C2");
  EXPECT_EQ(rows[0].created, time_of(2));
  EXPECT_EQ(rows[0].updated, time_of(7));
  EXPECT_TRUE(must(reader().dashboards(test::everything, "other")).empty());
  Batch removal;
  removal.deleted_dashboards = {{"main", "d"}};
  EXPECT_FALSE(removal.empty());
  commit(std::move(removal));
  EXPECT_FALSE(must(reader().dashboard("main", "d")));
}

TEST_P(EntitySuite, ANewTemplateMustNotExist) {  // API-4
  const auto create = [this](std::string_view text) {
    Batch batch;
    batch.templates = {{"main", "a.b", "t", new_template, false, time_of(1), std::string(text)}};
    return refusal(std::move(batch));
  };
  EXPECT_EQ(create("one"), "");
  EXPECT_EQ(create("two"), store_conflict.text);
  EXPECT_EQ(must(reader().templates(test::everything, "main")).at(0).source, "one");
  Batch removal;
  removal.templates = {{"main", "a.b", "t", 0, true, time_of(2), ""}};
  commit(std::move(removal));
  EXPECT_EQ(create("three"), "") << "it was deleted";
  EXPECT_EQ(must(reader().templates(test::everything, "main")).at(0).version, 3) << "the number of versions continues";
}

TEST_P(EntitySuite, RevisionsOfReusableInputsAreNumberedAndStay) {  // API-50
  const auto put = [this](std::string_view source, bool deleted, ReadRevision read) {
    Batch batch;
    batch.reusable_inputs.push_back({"main", "a.b", "set", 0, deleted, time_of(1), std::string(source), read});
    return refusal(std::move(batch));
  };
  EXPECT_EQ(put("one", false, 0), "");
  EXPECT_EQ(put("lost", false, 0), store_stale.text) << "another writer was faster";
  EXPECT_EQ(put("two", false, 1), "");
  EXPECT_EQ(put("", true, 2), "");
  EXPECT_EQ(put("again", false, {}), "") << "the numbers continue after a deletion";
  const auto rows = must(reader().reusable_inputs(test::everything, "main"));
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].source, "one");
  EXPECT_EQ(rows[2].revision, 3);
  EXPECT_TRUE(rows[2].deleted);
  EXPECT_EQ(rows[3].revision, 4);
  EXPECT_TRUE(must(reader().reusable_inputs(test::everything, "other")).empty());
  EXPECT_EQ(must(reader().reusable_inputs(test::everything, "")).size(), 4u) << "of all tenants";
}

TEST_P(EntitySuite, EveryVersionOfATemplateStays) {  // TASK-41
  Batch batch;
  batch.templates = {{"main", "a.b", "t", 0, false, time_of(1), "id: t # one"},
                     {"main", "a", "t", 0, false, time_of(1), "id: t"},
                     {"other", "a.b", "t", 7, false, time_of(1), "id: t"}};
  EXPECT_FALSE(batch.empty());
  EXPECT_GT(batch.weight(), 10u);
  commit(std::move(batch));
  Batch again;
  again.templates = {{"main", "a.b", "t", 0, false, time_of(2), "id: t # two"},
                     {"main", "a", "t", 0, true, time_of(3), ""}};
  commit(std::move(again));
  reopen();
  auto rows = must(reader().templates(test::everything, "main"));
  ASSERT_EQ(rows.size(), 1u) << "the other is deleted";
  EXPECT_EQ(rows[0].namespace_, "a.b");
  EXPECT_EQ(rows[0].version, 2);
  EXPECT_EQ(rows[0].source, "id: t # two");
  EXPECT_EQ(rows[0].updated, time_of(2));
  EXPECT_EQ(must(reader().templates(test::everything, "")).size(), 2u) << "of all tenants";
  auto first = must(reader().template_version("main", "a.b", "t", 1));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->source, "id: t # one");
  EXPECT_TRUE(must(reader().template_version("main", "a", "t", 2))->deleted);
  EXPECT_EQ(must(reader().template_version("main", "a", "t", 1))->source, "id: t")
      << "what was there before it was deleted";
  EXPECT_EQ(must(reader().template_version("other", "a.b", "t", 1))->version, 1) << "the store numbers them";
  EXPECT_FALSE(must(reader().template_version("main", "a.b", "t", 3)));
}

}  // namespace
}  // namespace gyr::store::test
