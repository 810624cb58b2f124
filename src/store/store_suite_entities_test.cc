// Stored entities: those of people, and a kind that only this test knows.
#include "store/entities/dashboard.h"
#include "store/entities/namespace.h"
#include "store/entities/reusable_inputs.h"
#include "store/entities/template.h"
#include "store/store_suite.h"

namespace gyr::store {
namespace test {

/// A new kind needs a struct, its fields and its kind: nothing in the store.
struct NoteRow : EntityHead {
  std::string title;
  int64_t stars = 0;
  std::string unknown_fields = {};
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, NoteRow>& row) {
  visit(1, row.title);
  visit(2, row.stars);
  visit.unknown(row.unknown_fields);
}

}  // namespace test

template <>
struct StoredEntity<test::NoteRow> {
  static constexpr EntityKind kind{.name = "note"};
  static std::string text(const test::NoteRow& row) { return row.title; }
};

namespace test {
namespace {

GYR_STORE_SUITE(EntitySuite);

NoteRow note(std::string namespace_, std::string id, std::string title, ReadRevision read = {}) {
  return {{.tenant = "main",
           .namespace_ = std::move(namespace_),
           .id = std::move(id),
           .created = time_of(1),
           .updated = time_of(1),
           .read_revision = read},
          std::move(title),
          5};
}

template <class T>
Batch batch_of(const T& row) {
  Batch batch;
  put_entity(batch, row);
  return batch;
}
template <class T>
Batch without(const T& row, int64_t at = 3) {
  Batch batch;
  delete_entity(batch, row, time_of(at));
  return batch;
}

std::vector<std::string> ids(const std::vector<NoteRow>& rows) {
  std::vector<std::string> all;
  for (const auto& row : rows) all.push_back(row.namespace_ + "/" + row.id);
  return all;
}

using NoteIds = std::vector<std::string>;

TEST_P(EntitySuite, ARowHasItsFieldsAndItsRevision) {
  EXPECT_FALSE(batch_of(note("a", "n", "")).empty());
  EXPECT_GT(batch_of(note("a", "n", std::string(1'000, 'x'))).weight(), 1'000u);
  commit(batch_of(note("a", "n", "one")));
  NoteRow again = note("a", "n", "two");
  again.created = time_of(8);
  again.updated = time_of(9);
  commit(batch_of(again));
  reopen();
  const auto row = must(find_entity<NoteRow>(reader(), "main", "a", "n"));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->title, "two");
  EXPECT_EQ(row->stars, 5);
  EXPECT_EQ(row->revision, 2);
  EXPECT_EQ(row->created, time_of(1)) << "it was made then";
  EXPECT_EQ(row->updated, time_of(9));
  EXPECT_FALSE(must(find_entity<NoteRow>(reader(), "other", "a", "n")));
  EXPECT_FALSE(must(find_entity<NoteRow>(reader(), "main", "", "n")));
  EXPECT_FALSE(must(find_entity<DashboardRow>(reader(), "main", "a", "n"))) << "another kind";
}

TEST_P(EntitySuite, ADeletedRowIsGoneAndBeginsAgain) {
  commit(batch_of(note("a", "n", "one")));
  commit(batch_of(note("a", "m", "one")));
  commit(without(note("a", "n", "")));
  commit(without(note("a", "unknown", "")));
  EXPECT_FALSE(must(find_entity<NoteRow>(reader(), "main", "a", "n")));
  EXPECT_EQ(ids(must(list_entities<NoteRow>(reader(), everything, {}))), NoteIds{"a/m"});
  EXPECT_EQ(ids(must(list_entities<NoteRow>(reader(), everything, {.all_revisions = true}))), NoteIds{"a/m"});
  NoteRow again = note("a", "n", "again");
  again.created = time_of(7);
  commit(batch_of(again));
  const auto row = must(find_entity<NoteRow>(reader(), "main", "a", "n"));
  EXPECT_EQ(row->revision, 1);
  EXPECT_EQ(row->created, time_of(7));
}

TEST_P(EntitySuite, ARowIsWrittenOnTheRevisionThatWasRead) {
  EXPECT_EQ(refusal(batch_of(note("a", "n", "one", 1))), store_stale.text) << "there is none";
  EXPECT_EQ(refusal(batch_of(note("a", "n", "one", 0))), "");
  EXPECT_EQ(refusal(batch_of(note("a", "n", "two", 0))), store_stale.text) << "another writer was faster";
  EXPECT_EQ(refusal(without(note("a", "n", "", 2))), store_stale.text);
  EXPECT_EQ(refusal(batch_of(note("a", "n", "two", 1))), "");
  EXPECT_EQ(refusal(without(note("a", "n", "", 2))), "");
  EXPECT_EQ(refusal(without(note("a", "n", "", 2))), store_stale.text) << "it was deleted";
  EXPECT_TRUE(batch_of(note("a", "n", "", 0)).expects_revisions());
  EXPECT_FALSE(batch_of(note("a", "n", "")).expects_revisions());
}

TEST_P(EntitySuite, ListsAreFilteredAndInOrder) {
  for (const auto& row : {note("b", "x", "Disk FULL"), note("a.b", "x", "other"), note("a", "y", "50% of it"),
                          note("a", "x", "what_ever"), note("ab", "x", "neighbour"), note("", "z", "of the tenant")})
    commit(batch_of(row));
  NoteRow foreign = note("a", "x", "foreign");
  foreign.tenant = "other";
  commit(batch_of(foreign));
  const auto listed = [this](EntityFilter filter) {
    filter.tenant = "main";
    return ids(must(list_entities<NoteRow>(reader(), everything, filter)));
  };
  EXPECT_EQ(listed({}), (NoteIds{"/z", "a/x", "a/y", "a.b/x", "ab/x", "b/x"}));
  EXPECT_EQ(listed({.namespace_ = "a"}), (NoteIds{"a/x", "a/y", "a.b/x"})) << "with its children";
  EXPECT_EQ(listed({.namespace_ = "%"}), NoteIds{});
  EXPECT_EQ(listed({.text = "disk full"}), NoteIds{"b/x"});
  EXPECT_EQ(listed({.text = "DISK"}), NoteIds{"b/x"}) << "in any case";
  EXPECT_EQ(listed({.text = "Y"}), (NoteIds{"a/y"})) << "the id is searched as well";
  EXPECT_EQ(listed({.text = "0% o"}), NoteIds{"a/y"}) << "nothing of it is a wildcard";
  EXPECT_EQ(listed({.text = "t_e"}), NoteIds{"a/x"});
  EXPECT_EQ(listed({.namespace_ = "a.b", .text = "disk"}), NoteIds{});
  EXPECT_EQ(must(list_entities<NoteRow>(reader(), everything, {})).size(), 7u) << "of all tenants";
}

TEST_P(EntitySuite, FieldsOfALaterProgramStay) {
  EntityRow stored = entity_row(note("a", "n", "one"));
  base::RecordWriter later(stored.record);
  later(31, int64_t{77});
  Batch batch;
  batch.entities.push_back(stored);
  commit(std::move(batch));
  auto read = must(find_entity<NoteRow>(reader(), "main", "a", "n"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->title, "one");
  read->title = "two";
  commit(batch_of(*read));
  const auto raw = must(reader().entity(StoredEntity<NoteRow>::kind, "main", "a", "n"));
  std::string expected = entity_row(note("a", "n", "two")).record;
  base::RecordWriter writer(expected);
  writer(31, int64_t{77});
  EXPECT_EQ(raw->record, expected);
}

TEST_P(EntitySuite, ADamagedRecordIsAnErrorAndNotAnEmptyRow) {
  EntityRow stored = entity_row(note("a", "n", "one"));
  stored.record = "\xff\xff\xff";
  Batch batch;
  batch.entities.push_back(stored);
  commit(std::move(batch));
  EXPECT_FALSE(find_entity<NoteRow>(reader(), "main", "a", "n").has_value());
  EXPECT_FALSE(list_entities<NoteRow>(reader(), everything, {}).has_value());
}

TEST_P(EntitySuite, NamespacesKeepWhatWasSent) {  // GOV-1
  commit(batch_of(NamespaceRow{{.tenant = "main", .namespace_ = "a.b", .id = "a.b"},
                               base::Value::map({{"variables", base::Value::map({{"v", base::Value::integer(4)}})}})}));
  reopen();
  const auto row = must(find_entity<NamespaceRow>(reader(), "main", "a.b", "a.b"));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->body.find("variables")->find("v")->as_integer(), 4);
}

TEST_P(EntitySuite, DashboardsKeepTheirSource) {  // CORE-110
  const std::string source("title: T  # kept\nid: d\n\xC3\xBC: \t\n\0x", 29);
  commit(batch_of(DashboardRow{{.tenant = "main", .id = "d"}, "T", "about", source}));
  reopen();
  const auto row = must(find_entity<DashboardRow>(reader(), "main", "", "d"));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->source, source);
  EXPECT_EQ(row->title, "T");
  EXPECT_EQ(row->description, "about");
}

TEST_P(EntitySuite, EveryRevisionOfAKindThatKeepsThemStays) {  // TASK-41, API-50
  const auto put = [this](std::string namespace_, std::string_view source, int64_t at, ReadRevision read = {}) {
    return refusal(batch_of(TemplateRow{{.tenant = "main",
                                         .namespace_ = std::move(namespace_),
                                         .id = "t",
                                         .created = time_of(at),
                                         .updated = time_of(at),
                                         .read_revision = read},
                                        std::string(source)}));
  };
  EXPECT_EQ(put("a.b", "one", 1, 0), "");
  EXPECT_EQ(put("a", "other", 1), "");
  EXPECT_EQ(put("a.b", "two", 2, 1), "");
  commit(without(TemplateRow{{.tenant = "main", .namespace_ = "a.b", .id = "t"}, "ignored"}));
  commit(without(TemplateRow{{.tenant = "main", .namespace_ = "a.b", .id = "t"}}));
  reopen();
  EXPECT_FALSE(must(find_entity<TemplateRow>(reader(), "main", "a.b", "t")));
  EXPECT_EQ(must(list_entities<TemplateRow>(reader(), everything, {})).size(), 1u) << "the other one is deleted";
  EXPECT_EQ(put("a.b", "lost", 5, 3), store_stale.text) << "a deleted entity counts as none";
  EXPECT_EQ(put("a.b", "again", 5, 0), "");
  const auto all = must(list_entities<TemplateRow>(reader(), everything, {.text = "a.b", .all_revisions = true}));
  ASSERT_EQ(all.size(), 4u) << "the second deletion had nothing to delete";
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].revision, static_cast<int64_t>(i) + 1);
  EXPECT_EQ(all[0].source, "one");
  EXPECT_EQ(all[1].source, "two");
  EXPECT_TRUE(all[2].deleted);
  EXPECT_EQ(all[2].source, "");
  EXPECT_EQ(all[3].source, "again");
  EXPECT_EQ(all[1].created, time_of(1));
  EXPECT_EQ(all[3].created, time_of(5)) << "it was made again then";
  const auto revision = [this](int64_t number) {
    return must(find_entity_revision<TemplateRow>(reader(), "main", "a.b", "t", number));
  };
  EXPECT_EQ(revision(1)->source, "one");
  EXPECT_EQ(revision(4)->source, "again");
  EXPECT_TRUE(revision(3)->deleted);
  EXPECT_FALSE(revision(5));
  EXPECT_FALSE(revision(0));
  EXPECT_EQ(must(list_entities<ReusableInputsRow>(reader(), everything, {.all_revisions = true})).size(), 0u);
}

}  // namespace
}  // namespace test
}  // namespace gyr::store
