// Uploaded archives: written archives are read back, and hostile ones are refused (API-49, API-107).
#include "storage/zip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace gyr::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

using Files = std::vector<std::pair<std::string, std::string>>;

constexpr base::Instant moment = base::Instant{1'700'000'000, 0};
constexpr size_t limit = 1 << 20;

/// All files with their content, or why not.
base::Result<Files> read_all(std::string_view bytes) {
  ZipReader zip(bytes);
  Files files;
  for (;;) {
    GYR_TRY(const auto entry, zip.next());
    if (!entry) return files;
    if (entry->directory) {
      files.emplace_back(entry->name, "");
      continue;
    }
    GYR_TRY(std::string content, zip.unpack(limit));
    files.emplace_back(entry->name, std::move(content));
  }
}

std::string problem_of(std::string_view bytes) {
  auto files = read_all(bytes);
  if (files) return "";
  EXPECT_EQ(files.error().code(), bad_archive);
  return std::string(files.error().message());
}

/// An entry as an attacker would write it.
struct RawEntry {
  std::string name = "a.txt";
  std::string content = "content";  ///< stored without compression
  uint16_t flags = 0;
  uint16_t method = 0;
  uint32_t mode = 0100644;  ///< as Unix has it, with the type of the file
  std::optional<uint32_t> size;
  std::optional<uint32_t> packed_size;
  std::optional<uint32_t> checksum;
  std::optional<uint32_t> offset;  ///< of its local header; none: its own
};

void put(std::string& out, uint64_t value, int count) {
  for (; count > 0; --count, value >>= 8) out.push_back(static_cast<char>(value & 0xFFU));
}

void put_sizes(std::string& out, const RawEntry& entry) {
  const auto* bytes = reinterpret_cast<const Bytef*>(entry.content.data());
  put(out, entry.checksum.value_or(static_cast<uint32_t>(crc32_z(0, bytes, entry.content.size()))), 4);
  put(out, entry.packed_size.value_or(static_cast<uint32_t>(entry.content.size())), 4);
  put(out, entry.size.value_or(static_cast<uint32_t>(entry.content.size())), 4);
}

std::string zip_of(const std::vector<RawEntry>& entries, uint16_t volume = 0) {
  std::string out;
  std::vector<uint32_t> offsets;
  for (const RawEntry& entry : entries) {
    offsets.push_back(static_cast<uint32_t>(out.size()));
    out += "PK\3\4";
    put(out, 20, 2);
    put(out, entry.flags, 2);
    put(out, entry.method, 2);
    put(out, 0x0021'0000, 4);
    put_sizes(out, entry);
    put(out, entry.name.size(), 2);
    put(out, 0, 2);
    out += entry.name + entry.content;
  }
  const auto directory = static_cast<uint32_t>(out.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    const RawEntry& entry = entries[i];
    out += "PK\1\2";
    put(out, 3 << 8 | 20, 2);  // made on Unix
    put(out, 20, 2);
    put(out, entry.flags, 2);
    put(out, entry.method, 2);
    put(out, 0x0021'0000, 4);
    put_sizes(out, entry);
    put(out, entry.name.size(), 2);
    put(out, 0, 8);
    put(out, static_cast<uint64_t>(entry.mode) << 16, 4);
    put(out, entry.offset.value_or(offsets[i]), 4);
    out += entry.name;
  }
  const auto size = static_cast<uint32_t>(out.size()) - directory;
  out += "PK\5\6";
  put(out, volume, 2);
  put(out, 0, 2);
  put(out, entries.size(), 2);
  put(out, entries.size(), 2);
  put(out, size, 4);
  put(out, directory, 4);
  put(out, 0, 2);
  return out;
}

TEST(Zip, RoundTripInOrder) {  // API-49
  const Files files = {{"z.yml", "last name first"},
                       {"a/b.txt", std::string(300'000, 'x')},
                       {"a/é – 名.txt", "names are UTF-8"},
                       {"empty", ""}};
  const auto zip = make_zip(files, moment);
  ASSERT_TRUE(zip.has_value()) << zip.error().message();
  EXPECT_LT(zip->size(), 5'000u) << "packed";
  const auto read = read_all(*zip);
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(*read, files);
  EXPECT_EQ(*make_zip(files, moment), *zip) << "the same content gives the same bytes";
}

TEST(Zip, AnEmptyArchiveHasNoEntries) {
  for (const std::string& bytes : {*make_zip({}, moment), zip_of({})}) {
    const auto read = read_all(bytes);
    ASSERT_TRUE(read.has_value()) << read.error().message();
    EXPECT_EQ(*read, Files{});
  }
}

TEST(Zip, IsWrittenPieceByPiece) {  // API-107
  ZipWriter writer;
  std::string bytes = *writer.begin("f", moment);
  EXPECT_FALSE(bytes.empty()) << "the head of an entry does not wait for its content";
  for (int i = 0; i < 100; ++i) bytes += *writer.add(std::string(10'000, static_cast<char>('a' + i % 26)));
  bytes += *writer.end_entry();
  bytes += *writer.finish();
  const auto read = read_all(bytes);
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->at(0).second.size(), 1'000'000u);
}

TEST(Zip, HasAMaximumNumberOfFiles) {
  ZipWriter writer;
  for (int i = 0; i < 65'535; ++i) {
    ASSERT_TRUE(writer.begin("f", moment).has_value());
    ASSERT_TRUE(writer.end_entry().has_value());
  }
  EXPECT_EQ(writer.begin("f", moment).error().code(), archive_too_large);
}

TEST(Zip, WhatOthersWriteIsRead) {
  EXPECT_THAT(*read_all(zip_of({{.name = "d/", .content = "", .mode = 040755}, {}, {.name = "b"}})),
              ElementsAre(Pair("d/", ""), Pair("a.txt", "content"), Pair("b", "content")));
}

TEST(Zip, NamesAreReadAsTheyAre) {  // the caller decides by is_safe_entry_name()
  for (std::string name : {"../../evil.txt", "/etc/passwd", "a/../../b", "a\\..\\b"}) {
    const auto read = read_all(zip_of({{.name = name}}));
    ASSERT_TRUE(read.has_value()) << name << ": " << read.error().message();
    EXPECT_FALSE(is_safe_entry_name(read->at(0).first)) << read->at(0).first;
  }
  EXPECT_FALSE(is_safe_entry_name(""));
  EXPECT_FALSE(is_safe_entry_name(std::string_view("a\0b", 3)));
  EXPECT_TRUE(is_safe_entry_name("a/..b/c"));
}

TEST(Zip, LinksAndDevicesAreRefused) {
  for (const uint32_t mode : {0120777U, 0020644U, 0060644U, 0140755U}) {
    EXPECT_THAT(problem_of(zip_of({{.content = "/etc/passwd", .mode = mode}})),
                HasSubstr("`a.txt` of the archive is a link or a device"))
        << mode;
  }
}

TEST(Zip, EncryptedEntriesAndVolumesAreRefused) {
  EXPECT_THAT(problem_of(zip_of({{.flags = 1}})), HasSubstr("`a.txt` of the archive is encrypted"));
  EXPECT_THAT(problem_of(zip_of({{}}, 1)), HasSubstr("several volumes"));
}

TEST(Zip, AnEntryWithAWrongSizeIsDamaged) {
  EXPECT_THAT(problem_of(zip_of({{.checksum = 7}})), HasSubstr("the zip archive is damaged"));
  EXPECT_THAT(problem_of(zip_of({{.method = 99}})), HasSubstr("the zip archive is damaged"));
  EXPECT_THAT(problem_of(zip_of({{.content = "not deflated", .method = 8}})), HasSubstr("the zip archive is damaged"));
  EXPECT_THAT(problem_of(zip_of({{.size = 3}})), HasSubstr("the zip archive is damaged"));
  EXPECT_THAT(problem_of(zip_of({{.offset = 1'000'000}})), HasSubstr("the zip archive is damaged"));
  EXPECT_THAT(problem_of("PK garbage"), HasSubstr("the zip archive is damaged"));
  EXPECT_THAT(problem_of(""), HasSubstr("the zip archive is damaged"));
}

TEST(Zip, BombsAreRefusedBeforeTheyAreUnpacked) {
  EXPECT_THAT(problem_of(zip_of({{.size = 4'000'000'000U, .packed_size = 7}})), HasSubstr("impossible size"));
  // Many entries that share one content.
  std::vector<RawEntry> overlapping(5'000,
                                    RawEntry{.content = "", .size = 1'000'000, .packed_size = 1'000, .offset = 0});
  EXPECT_THAT(problem_of(zip_of(overlapping)), HasSubstr("damaged"));
  // One that says the truth is bounded by what the caller takes.
  const auto large = make_zip({{"zeros", std::string(2 * limit, '\0')}}, moment);
  EXPECT_THAT(problem_of(*large), HasSubstr("larger than"));
}

TEST(Zip, CutAnywhereItIsDamagedAndNeverWrong) {
  const Files files = {{"a", std::string(2'000, 'a')}, {"b", "second"}};
  const std::string whole = *make_zip(files, moment);
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto read = read_all(std::string_view(whole).substr(0, size));
    EXPECT_FALSE(read.has_value()) << size;
  }
}

}  // namespace
}  // namespace gyr::storage
