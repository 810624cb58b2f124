#include "base/value.h"

#include <gtest/gtest.h>

#include "base/codec.h"
#include "base/limits.h"

namespace gyr::base {
namespace {

TEST(Value, IsSixteenBytesAndStartsNull) {
  EXPECT_EQ(sizeof(Value), 16u);
  EXPECT_TRUE(Value().is_null());
}

TEST(Value, MapsKeepOrderAndFindTheirEntries) {  // EXPR-17
  MapBuilder builder;
  for (int i = 0; i < 1000; ++i) builder.set("key" + std::to_string(999 - i), Value::integer(i));
  builder.set("key500", Value::string("again"));
  Value map = builder.build();
  ASSERT_EQ(map.size(), 1000u);
  EXPECT_EQ(map.entries()[0].name(), "key999");
  EXPECT_EQ(map.find("key500")->text(), "again");
  EXPECT_EQ(map.entries()[499].name(), "key500");
  for (int i = 0; i < 1000; ++i) {
    if (i != 499) {
      EXPECT_EQ(map.find("key" + std::to_string(999 - i))->as_integer(), i);
    }
  }
  EXPECT_EQ(map.find("nothing"), nullptr);
}

TEST(Value, MapBuilderRemoves) {
  MapBuilder builder;
  for (int i = 0; i < 20; ++i) builder.set("k" + std::to_string(i), Value::integer(i));
  EXPECT_TRUE(builder.remove("k3"));
  EXPECT_FALSE(builder.remove("k3"));
  EXPECT_FALSE(builder.set_if_absent("k4", Value()));
  EXPECT_TRUE(builder.set_if_absent("k3", Value::string("new")));
  Value map = builder.build();
  EXPECT_EQ(map.size(), 20u);
  EXPECT_EQ(map.entries().back().name(), "k3");
}

TEST(Value, CopiesShareStorage) {
  Value list = Value::list({Value::string("a"), Value::integer(2)});
  Value copy = list;
  EXPECT_TRUE(copy.same_storage(list));
  list = Value();
  EXPECT_EQ(copy.items()[0].text(), "a");
}

TEST(Value, NumbersAreEqualByValue) {  // EXPR-18
  EXPECT_EQ(Value::integer(1), Value::number(1.0));
  EXPECT_EQ(Value::integer(1), Value::narrow_integer(1));
  EXPECT_EQ(Value::decimal("1.50"), Value::number(1.5));
  EXPECT_EQ(Value::decimal("9223372036854775808"), Value::decimal("9223372036854775808.0"));
  EXPECT_FALSE(Value::integer(9007199254740993) == Value::number(9007199254740992.0));
  EXPECT_FALSE(Value::string("1") == Value::integer(1));
  EXPECT_EQ(hash_of(Value::integer(1)), hash_of(Value::number(1.0)));
  EXPECT_EQ(hash_of(Value::integer(1)), hash_of(Value::decimal("1.0")));
  // Where doubles leave numbers out.
  const Value odd = Value::integer(9007199254740993);
  EXPECT_EQ(odd, Value::decimal("9007199254740993"));
  EXPECT_EQ(hash_of(odd), hash_of(Value::decimal("9007199254740993")));
  const Value power = Value::number(1152921504606846976.0);  // 2^60
  for (const Value& same : {Value::integer(1152921504606846976), Value::decimal("1152921504606846976")}) {
    EXPECT_EQ(power, same);
    EXPECT_EQ(hash_of(power), hash_of(same));
  }
}

TEST(Value, MapEqualityIgnoresOrder) {
  Value a = Value::map({{"x", Value::integer(1)}, {"y", Value::list({Value::null()})}});
  Value b = Value::map({{"y", Value::list({Value::null()})}, {"x", Value::number(1)}});
  EXPECT_EQ(a, b);
  EXPECT_EQ(hash_of(a), hash_of(b));
}

TEST(Value, DeepMergeKeepsWhatIsNotOverridden) {
  Value under =
      Value::map({{"a", Value::map({{"x", Value::integer(1)}, {"y", Value::integer(2)}})}, {"b", Value::integer(3)}});
  Value over = Value::map({{"a", Value::map({{"y", Value::integer(9)}})}});
  EXPECT_EQ(
      deep_merge(under, over),
      Value::map({{"a", Value::map({{"x", Value::integer(1)}, {"y", Value::integer(9)}})}, {"b", Value::integer(3)}}));
}

Value one_of_each() {
  return Value::map({
      {"null", Value::null()},
      {"yes", Value::boolean(true)},
      {"no", Value::boolean(false)},
      {"int", Value::integer(-5'000'000'000)},
      {"narrow", Value::narrow_integer(-7)},
      {"number", Value::number(1.25)},
      {"float", Value::narrow_number(1.123F)},
      {"decimal", Value::decimal("1.10")},
      {"short", Value::string("hé")},
      {"long", Value::string(std::string(5000, 'x'))},
      {"list", Value::list({Value::empty_list(), Value::empty_map()})},
      {"instant", Value::instant({1'700'000'000, 123'456'789})},
      {"duration", Value::duration({-1, 500'000'000})},
      {"zoned", Value::zoned_date_time({5, 6}, 7200, "Europe/Paris")},
      {"local", Value::local_date_time(-10, 1)},
      {"date", Value::local_date(19'000)},
      {"time", Value::local_time(86'399'999'999'999)},
  });
}

TEST(Codec, RoundTripsEveryKind) {
  Value value = one_of_each();
  auto back = decode_value(encode_value(value));
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(*back, value);
  for (size_t i = 0; i < value.size(); ++i) {
    EXPECT_EQ(back->entries()[i].value.kind(), value.entries()[i].value.kind());
    EXPECT_EQ(back->entries()[i].value.is_narrow(), value.entries()[i].value.is_narrow()) << value.entries()[i].name();
  }
}

TEST(Codec, RefusesEveryTruncationAndSurvivesEveryFlip) {
  std::string good = encode_value(one_of_each());
  for (size_t i = 0; i < good.size(); ++i) EXPECT_FALSE(decode_value(good.substr(0, i))) << i;
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0xFF);
    (void)decode_value(bad);  // must neither crash nor read beyond the input (the sanitizers watch)
  }
}

TEST(Codec, RefusesNestingBeyondTheLimit) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep.append("\x09\x01", 2);
  EXPECT_FALSE(decode_value(deep));
}

TEST(Codec, KeepsTheDeepestValueThereIs) {
  Value value = Value::string("abc");
  while (may_nest(value)) value = Value::list({value});
  auto back = decode_value(encode_value(value));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->depth(), limits::value_depth);
}

TEST(Value, DepthAndWeightAreKnown) {
  Value value = Value::string("abc");
  for (uint32_t i = 0; i < limits::value_depth; ++i) {
    ASSERT_TRUE(may_nest(value));
    value = Value::list({value});
  }
  EXPECT_FALSE(may_nest(value));
  Value wide = Value::string(std::string(1000, 'x'));
  for (int i = 0; i < 70; ++i) wide = Value::list({wide, wide});  // shared: small in memory, vast as text
  EXPECT_EQ(wide.weight(), UINT64_MAX);
}

}  // namespace
}  // namespace gyr::base
