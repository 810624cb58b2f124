// Documents: by kind and key, with revisions and an end.
#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

class DocumentSuite : public StoreSuite {
 protected:
  static DocumentRow row(std::string key, std::string content, int64_t revision = 1, ReadRevision read = {}) {
    return {.kind = "preferences",
            .key = std::move(key),
            .revision = revision,
            .updated = time_of(revision),
            .expires = {},
            .content = std::move(content),
            .read_revision = read};
  }
  static Batch of(DocumentRow row) {
    Batch batch;
    batch.documents.push_back(std::move(row));
    return batch;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, DocumentSuite, ::testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name; });

TEST_P(DocumentSuite, AreKeptByKindAndKey) {  // UI-900
  const std::string content("\0{\"a\": 1}\xFF", 10);
  commit(of(row("ann", content)));
  reopen();
  const auto found = must(reader().document("preferences", "ann"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->content, content);
  EXPECT_EQ(found->revision, 1);
  EXPECT_EQ(found->updated, time_of(1));
  EXPECT_FALSE(found->expires);
  EXPECT_FALSE(must(reader().document("preferences", "bob")));
  EXPECT_FALSE(must(reader().document("account", "ann")));
  EXPECT_FALSE(must(reader().document("", "")));
  Batch gone;
  gone.deleted_documents.push_back({"preferences", "ann"});
  gone.deleted_documents.push_back({"preferences", "nobody"});
  commit(std::move(gone));
  EXPECT_FALSE(must(reader().document("preferences", "ann")));
}

TEST_P(DocumentSuite, OfTwoWritersWithOneRevisionOneSucceeds) {  // UI-900
  EXPECT_EQ(refusal(of(row("ann", "first", 1, 0))), "");
  EXPECT_EQ(refusal(of(row("ann", "also first", 1, 0))), store_stale.text);
  EXPECT_EQ(refusal(of(row("ann", "second", 2, 1))), "");
  EXPECT_EQ(refusal(of(row("ann", "late", 2, 1))), store_stale.text);
  EXPECT_EQ(refusal(of(row("bob", "none there", 3, 2))), store_stale.text);
  EXPECT_EQ(must(reader().document("preferences", "ann"))->content, "second");
  EXPECT_EQ(refusal(of(row("ann", "whatever is there", 9))), "");
  EXPECT_EQ(must(reader().document("preferences", "ann"))->revision, 9);
}

TEST_P(DocumentSuite, ExpiredOnesAreListedUntilTheyAreDeleted) {
  for (int64_t i = 0; i < 5; ++i) {
    auto session = row(fmt::format("s{}", i), "x");
    if (i > 0) session.expires = time_of(10 * i);
    commit(of(std::move(session)));
  }
  const auto keys = [this](int64_t second, size_t limit) {
    std::string out;
    for (const auto& row : must(reader().expired_documents(time_of(second), limit))) out += row.key + " ";
    return out;
  };
  EXPECT_EQ(keys(9, 10), "");
  EXPECT_EQ(keys(30, 10), "s1 s2 s3 ");
  EXPECT_EQ(keys(30, 2), "s1 s2 ");
  EXPECT_TRUE(must(reader().document("preferences", "s1")));
  Batch gone;
  gone.deleted_documents.push_back({"preferences", "s1"});
  commit(std::move(gone));
  EXPECT_EQ(keys(1'000, 10), "s2 s3 s4 ");
}

}  // namespace
}  // namespace gyr::store::test
