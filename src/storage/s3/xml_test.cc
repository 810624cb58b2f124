// XML responses: valid ones of stores, and hostile ones.
#include "storage/s3/xml.h"

#include <gtest/gtest.h>

#include "storage/storage.h"

namespace gyr::storage::s3 {
namespace {

// STOR-2
TEST(S3Xml, ReadsElementsAndTexts) {
  auto root = parse_xml(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<s:List xmlns:s=\"http://s3\"><Key a=\"1\">a &amp; "
      "b&#x9;<![CDATA[<c>]]></Key><Key>2</Key>"
      "<Empty/></s:List>");
  ASSERT_TRUE(root) << root.error().message();
  EXPECT_EQ(root->name, "List");
  ASSERT_EQ(root->children.size(), 3U);
  EXPECT_EQ(root->text_of("Key"), "a & b\t<c>");
  EXPECT_EQ(root->text_of("Empty"), "");
  EXPECT_NE(root->find("Empty"), nullptr);
  EXPECT_EQ(root->find("Nothing"), nullptr);
}

// STOR-2
TEST(S3Xml, EscapedTextIsRestored) {
  const std::string text = " <a&b>\"'\r\n\t ";
  auto root = parse_xml("<k>" + xml_escaped(text) + "</k>");
  ASSERT_TRUE(root) << root.error().message();
  EXPECT_EQ(root->text, text);
}

// STOR-2: a response may come from any server at that address.
TEST(S3Xml, HostileDocumentsAreRefused) {
  std::string laughs = "<!DOCTYPE x [<!ENTITY a \"ha\">";
  for (char c = 'b'; c < 'z'; ++c) {
    laughs += "<!ENTITY " + std::string(1, c) + " \"";
    for (int i = 0; i < 10; ++i) laughs += "&" + std::string(1, static_cast<char>(c - 1)) + ";";
    laughs += "\">";
  }
  laughs += "]><x>&y;</x>";
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  std::string wide = "<a>";
  for (int i = 0; i < 1'000'001; ++i) wide += "<b/>";
  wide += "</a>";
  for (const std::string& document :
       {laughs, deep, wide, std::string("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>"),
        std::string("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>"),
        std::string("<x>&unknown;</x>"), std::string("<a></b>"), std::string("<a>"), std::string("{}"), std::string(),
        std::string("<a>\xff</a>"), std::string("<a>\0</a>", 8), std::string("<a/><b/>")}) {
    auto parsed = parse_xml(document);
    ASSERT_FALSE(parsed.has_value()) << document.substr(0, 100);
    EXPECT_EQ(parsed.error().code(), storage_failed);
  }
}

}  // namespace
}  // namespace gyr::storage::s3
