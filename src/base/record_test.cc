#include "base/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/limits.h"

namespace gyr::base {
namespace {

enum class Colour : uint8_t { red, green, blue };

struct Inner {
  std::string name;
  int32_t count = 0;
  friend bool operator==(const Inner&, const Inner&) = default;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Inner>& inner) {
  visit(1, inner.name);
  visit(2, inner.count);
}

struct Span {
  uint64_t first = 0, last = 0;
  bool empty() const { return first == last; }
  friend bool operator==(const Span&, const Span&) = default;
};
void pack(Encoder& encoder, const Span& span) {
  encoder.varint(span.first);
  encoder.varint(span.last - span.first);
}
void unpack(Decoder& decoder, Span& span) {
  span.first = decoder.varint();
  span.last = span.first + decoder.varint();
}

/// One member of each kind.
struct Whole {
  bool flag = false;
  int32_t narrow = 0;
  int64_t wide = 0;
  uint16_t small = 0;
  uint64_t large = 0;
  double number = 0;
  std::string text;
  Id id;
  Instant when;
  Duration lasting;
  Value value;
  Colour colour = Colour::red;
  Inner inner;
  std::optional<std::string> maybe_text;
  std::optional<Inner> maybe_inner;
  std::shared_ptr<const Inner> shared;
  std::vector<std::string> texts;
  std::vector<Id> ids;
  std::vector<int64_t> numbers;
  std::vector<Inner> inners;
  std::vector<Colour> colours;
  int32_t attempt = 1;
  Span span;
  std::string unknown_fields;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Whole>& whole) {
  visit(1, whole.flag);
  visit(2, whole.narrow);
  visit(3, whole.wide);
  visit(4, whole.small);
  visit(5, whole.large);
  visit(6, whole.number);
  visit(7, whole.text);
  visit(8, whole.id);
  visit(9, whole.when);
  visit(10, whole.lasting);
  visit(11, whole.value);
  visit(12, whole.colour);
  visit(13, whole.inner);
  visit(14, whole.maybe_text);
  visit(15, whole.maybe_inner);
  visit(16, whole.shared);
  visit(17, whole.texts);
  visit(18, whole.ids);
  visit(19, whole.numbers);
  visit(20, whole.inners);
  visit(21, whole.colours);
  visit(22, whole.attempt, or_default(1));
  visit(40, whole.span);
  visit.unknown(whole.unknown_fields);
}

/// What a program knows that is a level behind Newer.
struct Older {
  std::string name;
  int64_t count = 0;
  std::string unknown_fields;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Older>& older) {
  visit(1, older.name);
  visit(3, older.count);
  visit.unknown(older.unknown_fields);
}
struct Newer {
  std::string name;
  std::vector<Inner> details;
  int64_t count = 0;
  Id owner;
  double weight = 0;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Newer>& newer) {
  visit(1, newer.name);
  visit(2, newer.details, since(2));
  visit(3, newer.count);
  visit(4, newer.owner, since(2));
  visit(500'000, newer.weight, since(2));
}

}  // namespace

template <>
inline constexpr uint64_t value_count<Colour> = 3;

namespace {

Whole sample() {
  Whole whole;
  whole.flag = true;
  whole.narrow = INT32_MIN;
  whole.wide = INT64_MAX;
  whole.small = 65'535;
  whole.large = UINT64_MAX;
  whole.number = -0.0;
  whole.text = std::string("a\0b", 3);
  whole.id = Id{1, 2};
  whole.when = Instant::of_micros(1'700'000'000'123'456);
  whole.lasting = Duration{-1, 999'999'999};
  whole.value = Value::map({{"k", Value::list({Value::integer(1), Value::string("x")})}});
  whole.colour = Colour::blue;
  whole.inner = {"inner", -5};
  whole.maybe_text = "";
  whole.maybe_inner = Inner{};
  whole.shared = std::make_shared<const Inner>(Inner{"shared", 1});
  whole.texts = {"", "x", std::string(1'000, 'y')};
  whole.ids = {Id{}, Id{3, 4}};
  whole.numbers = {0, -1, INT64_MIN};
  whole.inners = {Inner{}, Inner{"z", 9}};
  whole.colours = {Colour::green, Colour::red};
  whole.attempt = 0;
  whole.span = {7, 9};
  return whole;
}

std::string record_of(const auto& part, uint32_t level = record_level) {
  std::string bytes;
  write_record(bytes, part, level);
  return bytes;
}

TEST(Record, HoldsEveryKindOfField) {
  const Whole whole = sample();
  auto again = read_record<Whole>(record_of(whole));
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_TRUE(again->flag);
  EXPECT_EQ(again->narrow, whole.narrow);
  EXPECT_EQ(again->wide, whole.wide);
  EXPECT_EQ(again->small, whole.small);
  EXPECT_EQ(again->large, whole.large);
  EXPECT_TRUE(std::signbit(again->number));
  EXPECT_EQ(again->text, whole.text);
  EXPECT_EQ(again->id, whole.id);
  EXPECT_EQ(again->when, whole.when);
  EXPECT_EQ(again->lasting, whole.lasting);
  EXPECT_EQ(encode_value(again->value), encode_value(whole.value));
  EXPECT_EQ(again->colour, whole.colour);
  EXPECT_EQ(again->inner, whole.inner);
  EXPECT_EQ(again->maybe_text, std::optional<std::string>(""));
  EXPECT_EQ(again->maybe_inner, std::optional(Inner{}));
  ASSERT_NE(again->shared, nullptr);
  EXPECT_EQ(*again->shared, *whole.shared);
  EXPECT_EQ(again->texts, whole.texts);
  EXPECT_EQ(again->ids, whole.ids);
  EXPECT_EQ(again->numbers, whole.numbers);
  EXPECT_EQ(again->inners, whole.inners);
  EXPECT_EQ(again->colours, whole.colours);
  EXPECT_EQ(again->attempt, 0);
  EXPECT_EQ(again->span, whole.span);
  EXPECT_EQ(again->unknown_fields, "");
}

TEST(Record, AnEmptyPartTakesNoBytes) {
  EXPECT_EQ(record_of(Whole{}), "");
  auto again = read_record<Whole>("");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->attempt, 1);
  EXPECT_EQ(again->maybe_text, std::nullopt);
  EXPECT_EQ(again->shared, nullptr);
}

/// Members whose own defaults are not zero.
struct Eager {
  int32_t count = 7;
  bool waits = true;
  bool cascades = true;
  Colour colour = Colour::blue;
  Colour edge = Colour::green;
  std::string text = "given";
  std::vector<int64_t> numbers = {1};
  Inner inner = {"inner", 3};
  std::optional<int32_t> maybe = 4;
  friend bool operator==(const Eager&, const Eager&) = default;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Eager>& eager) {
  visit(1, eager.count);
  visit(2, eager.waits);
  visit(3, eager.cascades, or_default(true));
  visit(4, eager.colour);
  visit(5, eager.edge, or_default(Colour::green));
  visit(6, eager.text);
  visit(7, eager.numbers);
  visit(8, eager.inner);
  visit(9, eager.maybe);
}

TEST(Record, WhatIsMissingDoesNotDependOnTheMembersOwnDefaults) {
  const Eager zero{0, false, false, Colour::red, Colour::red, "", {}, {}, std::nullopt};
  auto again = read_record<Eager>(record_of(zero));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, zero);
  again = read_record<Eager>("");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, (Eager{0, false, true, Colour::red, Colour::green, "", {}, {}, std::nullopt}));
  again = read_record<Eager>(record_of(Eager{}));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, Eager{});
}

struct Line {
  std::shared_ptr<const Inner> owner;
  std::shared_ptr<const Inner> other;
  std::string text;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Line>& line) {
  visit(1, line.owner);
  visit(2, line.text);
  visit(3, line.other);
}
struct Chunk {
  Line first;
  std::vector<Line> lines;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Chunk>& chunk) {
  visit(1, chunk.lines);
  visit(2, chunk.first);
}

TEST(Record, AListWritesASharedPartOnce) {
  const auto inner = [](std::string name) { return std::make_shared<const Inner>(Inner{std::move(name), 1}); };
  const auto long_name = inner(std::string(500, 'n')), short_name = inner("s");
  Chunk chunk;
  chunk.first = {long_name, long_name, "first"};
  chunk.lines = {{long_name, nullptr, "a"},    {inner(std::string(500, 'n')), short_name, "b"},
                 {long_name, short_name, "c"}, {short_name, short_name, "d"},
                 {nullptr, short_name, "e"},   {short_name, long_name, "f"}};
  const std::string bytes = record_of(chunk);
  // Twice in `first`; in the list for the owners before and after another shared part, and for the last one.
  EXPECT_LT(bytes.size(), 6 * 500u);
  auto again = read_record<Chunk>(bytes);
  ASSERT_TRUE(again.has_value());
  ASSERT_EQ(again->lines.size(), chunk.lines.size());
  for (size_t i = 0; i < chunk.lines.size(); ++i) {
    const Line &was = chunk.lines[i], &is = again->lines[i];
    EXPECT_EQ(is.text, was.text);
    ASSERT_EQ(is.owner != nullptr, was.owner != nullptr) << i;
    ASSERT_EQ(is.other != nullptr, was.other != nullptr) << i;
    if (was.owner) EXPECT_EQ(*is.owner, *was.owner) << i;
    if (was.other) EXPECT_EQ(*is.other, *was.other) << i;
  }
  EXPECT_EQ(again->lines[0].owner.get(), again->lines[1].owner.get());
  EXPECT_EQ(again->lines[3].other.get(), again->lines[4].other.get());
  EXPECT_EQ(*again->first.owner, *long_name);
}

TEST(Record, ASharedPartOfNoElementBeforeIsRefused) {
  const std::string same = {1 << 2, 0};  // field 1, number 0
  EXPECT_FALSE(read_record<Line>(same).has_value());
  std::string list, bytes;
  Encoder(list).bytes(same);
  bytes.push_back(1 << 2 | 1);
  Encoder(bytes).bytes(list);
  EXPECT_FALSE(read_record<Chunk>(bytes).has_value());
}

struct Crowd {
  std::vector<Whole> all;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Crowd>& crowd) {
  visit(1, crowd.all);
}

TEST(Record, HostileRecordsTakeLittleMemory) {
  std::string many;
  for (size_t i = 0; i < max_record_fields; ++i) many += std::string({static_cast<char>(100), 0});
  EXPECT_TRUE(read_record<Whole>(many).has_value());
  EXPECT_FALSE(read_record<Whole>(many + std::string({static_cast<char>(100), 0})).has_value());

  // Elements of one byte each, and of hundreds in memory.
  std::string bytes;
  bytes.push_back(1 << 2 | 1);
  Encoder(bytes).bytes(std::string(10'000, '\0'));
  static_assert(sizeof(Whole) > max_list_expansion);
  EXPECT_FALSE(read_record<Crowd>(bytes).has_value());
  EXPECT_TRUE(read_record<Crowd>(record_of(Crowd{std::vector<Whole>(50)})).has_value());
}

TEST(Record, KeepsTheFinestDigitsOfDatesAndTheirWholeRange) {
  for (const Instant when :
       {Instant{0, 1}, Instant{-1, 999'999'000}, Instant{INT64_MAX, 0}, Instant{INT64_MIN, 999'999'999},
        Instant{INT64_MAX / 1'000'000, 0}, Instant::of_nanos(-1)}) {
    Whole whole;
    whole.when = when;
    auto again = read_record<Whole>(record_of(whole));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->when, when) << when.seconds << " " << when.nanos;
  }
}

TEST(Record, LongPartsWithinPartsHaveLongLengths) {
  for (const size_t size : {0u, 1u, 126u, 127u, 128u, 16'383u, 16'384u, 70'000u}) {
    Whole whole;
    whole.inner.name.assign(size, 'x');
    whole.inners.assign(3, whole.inner);
    auto again = read_record<Whole>(record_of(whole));
    ASSERT_TRUE(again.has_value()) << size;
    EXPECT_EQ(again->inner, whole.inner);
    EXPECT_EQ(again->inners, whole.inners);
  }
}

TEST(RecordLevels, AnOlderReaderSkipsAndKeepsWhatItDoesNotKnow) {
  Newer newer{"n", {{"d", 1}, {"e", 2}}, 7, Id{8, 9}, 2.5};
  auto older = read_record<Older>(record_of(newer, 2));
  ASSERT_TRUE(older.has_value());
  EXPECT_EQ(older->name, "n");
  EXPECT_EQ(older->count, 7);
  older->count = 8;
  auto again = read_record<Newer>(record_of(*older));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->count, 8);
  EXPECT_EQ(again->details, newer.details);
  EXPECT_EQ(again->owner, newer.owner);
  EXPECT_EQ(again->weight, 2.5);
}

TEST(RecordLevels, ANewerReaderTakesDefaultsForWhatIsMissing) {
  auto newer = read_record<Newer>(record_of(Older{"n", 7, ""}));
  ASSERT_TRUE(newer.has_value());
  EXPECT_EQ(newer->count, 7);
  EXPECT_TRUE(newer->details.empty());
}

TEST(RecordLevels, AWriterLeavesOutWhatItsReaderDoesNotKnow) {
  const Newer newer{"n", {{"d", 1}}, 7, Id{8, 9}, 2.5};
  EXPECT_EQ(record_of(newer, 1), record_of(Older{"n", 7, ""}));
  EXPECT_GT(record_of(newer, 2).size(), record_of(newer, 1).size());
}

TEST(Record, FieldsMayComeInAnyOrderAndTheLastOneCounts) {
  const std::string name_first = record_of(Older{"n", 0, ""}), count_first = record_of(Older{"", 7, ""});
  for (const std::string& bytes :
       {count_first + name_first, record_of(Older{"other", 3, ""}) + name_first + count_first,
        name_first + record_of(Older{"", 1, ""}) + count_first}) {
    auto read = read_record<Older>(bytes);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->name, "n");
    EXPECT_EQ(read->count, 7);
    EXPECT_EQ(read->unknown_fields, "");
  }
}

TEST(Record, ManyUnknownFieldsAreKept) {
  std::string bytes;
  Encoder encoder(bytes);
  for (uint64_t number = 100; number < 400; ++number) {
    encoder.varint(number << 2);
    encoder.varint(number);
  }
  auto read = read_record<Older>(record_of(Older{"n", 7, ""}) + bytes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->count, 7);
  EXPECT_EQ(read->unknown_fields, bytes);
}

TEST(Record, CutAnywhereItIsRefusedOrASmallerRecord) {
  const std::string bytes = record_of(sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    auto read = read_record<Whole>(std::string_view(bytes).substr(0, size));
    if (!read) EXPECT_EQ(read.error().code(), damaged_record);
  }
}

TEST(Record, ChangedBytesNeverCrash) {
  const std::string bytes = record_of(sample());
  std::mt19937 random(1);
  for (int round = 0; round < 5'000; ++round) {
    std::string changed = bytes;
    for (unsigned i = 0; i <= random() % 4; ++i) changed[random() % changed.size()] = static_cast<char>(random());
    auto read = read_record<Whole>(changed);
    if (read) (void)record_of(*read);
  }
}

TEST(Record, WrongKindsAreRefused) {
  struct Case {
    const char* what;
    std::string bytes;
  };
  auto field = [](uint64_t number, int wire, std::string content) {
    std::string bytes;
    Encoder(bytes).varint(number << 2 | static_cast<uint64_t>(wire));
    return bytes + content;
  };
  for (const Case& bad : {Case{"text as a number", field(7, 0, "\x05")},
                          {"number as bytes", field(2, 1, std::string("\0", 1))},
                          {"flag of 2", field(1, 0, "\x02")},
                          {"unknown enumerator", field(12, 0, "\x03")},
                          {"small number too large", field(4, 0, "\xFF\xFF\x7F")},
                          {"id of eight bytes", field(8, 3, "12345678")},
                          {"field number 0", field(0, 0, "\x01")},
                          {"list element beyond its end", field(17, 1, "\x01\x05")},
                          {"value with more behind it", field(11, 1, std::string("\x02\0\0", 3))},
                          {"large value without a vault", field(11, 0, "\x01")},
                          {"varint without end", std::string(11, '\xFF')},
                          {"unknown enumerator in a list", field(21, 1, "\x01\x09")}}) {
    auto read = read_record<Whole>(bad.bytes);
    ASSERT_FALSE(read.has_value()) << bad.what;
    EXPECT_EQ(read.error().code(), damaged_record) << bad.what;
  }
}

struct Dated {
  int64_t us = 0;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Dated>& dated) {
  int64_t difference = dated.us - visit.origin_us();
  visit(1, difference);
  if constexpr (Visitor::fills) dated.us = visit.origin_us() + difference;
}
struct Journey {
  int64_t start_us = 0;
  std::vector<Dated> stops;
  std::string_view name;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Journey>& journey) {
  visit(1, journey.start_us);
  visit.count_from(journey.start_us);
  visit(2, journey.stops);
  visit(3, journey.name);
}

TEST(Record, PartsCountDatesFromTheOriginOfTheirHolder) {
  std::string bytes;
  write_record(bytes, Journey{1'700'000'000'000'000, {{1'700'000'000'000'001}, {1'699'999'999'999'999}}, "far"});
  EXPECT_LT(bytes.size(), 30u) << "the differences are small";
  const auto again = read_record<Journey>(bytes);
  ASSERT_TRUE(again.has_value());
  ASSERT_EQ(again->stops.size(), 2u);
  EXPECT_EQ(again->stops[0].us, 1'700'000'000'000'001);
  EXPECT_EQ(again->stops[1].us, 1'699'999'999'999'999);
}

TEST(Record, AViewShowsBytesOfTheRecord) {
  std::string bytes;
  write_record(bytes, Journey{0, {}, "far"});
  const auto again = read_record<Journey>(bytes);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->name, "far");
  EXPECT_GE(again->name.data(), bytes.data());
  EXPECT_LE(again->name.data() + again->name.size(), bytes.data() + bytes.size());
}

struct Nested {
  std::vector<Nested> children;
};
template <class Visitor>
void fields(Visitor& visit, PartOf<Visitor, Nested>& nested) {
  visit(1, nested.children);
}

TEST(Record, NestingHasABound) {
  std::string bytes;
  for (int depth = 0; depth < 20'000; ++depth) {
    std::string outer;
    Encoder encoder(outer);
    std::string list;
    Encoder(list).bytes(bytes);
    encoder.varint(1 << 2 | 1);
    encoder.bytes(list);
    bytes = std::move(outer);
    if (depth == 10) EXPECT_TRUE(read_record<Nested>(bytes).has_value());
    if (bytes.size() > 1 << 16) break;
  }
  EXPECT_FALSE(read_record<Nested>(bytes).has_value());
}

class KeepingVault : public ValueVault {
 public:
  std::optional<uint64_t> keep(const Value& value) override {
    kept.push_back(value);
    return kept.size() - 1;
  }
  Result<Value> find(uint64_t number) override {
    if (number >= kept.size()) return fail(ErrorCode{"GYR-S003"}, "no such value");
    return kept[number];
  }
  std::vector<Value> kept;
};

TEST(RecordVault, TakesLargeValuesOutAndGivesThemBack) {
  Whole whole;
  whole.value = Value::string(std::string(limits::blob_threshold_bytes * 2, 'v'));
  KeepingVault vault;
  std::string bytes;
  write_record(bytes, whole, record_level, &vault);
  EXPECT_LT(bytes.size(), 8u);
  auto again = read_record<Whole>(bytes, &vault);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->value.text(), whole.value.text());
  vault.kept.clear();
  again = read_record<Whole>(bytes, &vault);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().message(), "no such value");
}

}  // namespace
}  // namespace gyr::base
