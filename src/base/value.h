// The only representation of data in flows: inputs, outputs, variables, contexts, JSON and YAML.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"

namespace gyr::base {

class ListBuilder;
class MapBuilder;
struct MapEntry;
struct ZonedDateTime;

/// An immutable value of 16 bytes: null, boolean, number, text, time, list or ordered map.
///
/// Large parts are shared: a copy increments a counter, so the outputs of a task exist once, however many contexts show
/// them. Counts are atomic; a Value may be read and copied on any thread, and one object is assigned by one thread at a
/// time. Views that text(), items() and entries() return are valid as long as a Value shares them.
class Value {
 public:
  enum class Kind : uint8_t {
    null,
    boolean,
    integer,  ///< int64; `is_narrow` says that it was a 32-bit integer (EXPR-11)
    number,   ///< double; `is_narrow` says that it has 32-bit precision
    decimal,  ///< exact decimal or big integer, kept as its plain text
    string,   ///< UTF-8
    list,
    map,      ///< keys are strings, in order of insertion
    instant,  ///< a point of time
    duration,
    zoned_date_time,  ///< instant with offset and zone
    local_date_time,  ///< without zone; seconds counted as if it were UTC
    local_date,       ///< days since 1970-01-01
    local_time,       ///< nanoseconds of the day
  };

  constexpr Value() noexcept = default;
  Value(const Value& other) noexcept;
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other) noexcept;
  Value& operator=(Value&& other) noexcept;
  ~Value();

  static Value null() { return {}; }
  static Value boolean(bool value);
  static Value integer(int64_t value);
  static Value narrow_integer(int32_t value);
  /// An integer as it is read from documents: narrow if it fits 32 bits (EXPR-11).
  static Value fitting_integer(int64_t value);
  static Value number(double value);
  static Value narrow_number(float value);
  /// `text` is a plain decimal such as `1.10` or `123456789012345678901234567890`.
  static Value decimal(std::string_view text);
  static Value string(std::string_view text);
  static Value list(std::span<const Value> items);
  static Value list(std::initializer_list<Value> items);
  static Value map(std::initializer_list<std::pair<std::string_view, Value>> entries);
  static Value empty_list();
  static Value empty_map();
  static Value instant(Instant value);
  static Value duration(Duration value);
  static Value zoned_date_time(Instant instant, int32_t offset_seconds, std::string_view zone);
  static Value local_date_time(int64_t seconds, uint32_t nanos);
  static Value local_date(int64_t days);
  static Value local_time(int64_t nanos_of_day);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_boolean() const { return kind_ == Kind::boolean; }
  bool is_integer() const { return kind_ == Kind::integer; }
  bool is_number() const { return kind_ == Kind::number; }
  bool is_decimal() const { return kind_ == Kind::decimal; }
  bool is_string() const { return kind_ == Kind::string; }
  bool is_list() const { return kind_ == Kind::list; }
  bool is_map() const { return kind_ == Kind::map; }
  bool is_numeric() const { return is_integer() || is_number() || is_decimal(); }
  bool is_container() const { return is_list() || is_map(); }
  /// 32-bit origin of an integer or number.
  bool is_narrow() const { return narrow_; }

  // Accessors of one kind; calling one for another kind breaks an invariant.
  bool as_boolean() const;
  int64_t as_integer() const;
  double as_number() const;
  /// Of a string or a decimal.
  std::string_view text() const;
  Instant as_instant() const;
  Duration as_duration() const;
  ZonedDateTime as_zoned() const;
  /// {seconds, nanos} of a local_date_time, counted as if in UTC.
  Instant as_local_date_time() const;
  int64_t as_local_date() const;
  int64_t as_local_time() const;
  std::span<const Value> items() const;
  std::span<const MapEntry> entries() const;

  /// Number of items, entries or bytes of text; 0 for scalars.
  size_t size() const;
  /// The entry of a map, or a null pointer if there is none (or if this is not a map).
  const Value* find(std::string_view key) const;
  /// The item of a list, or null pointer.
  const Value* at(size_t index) const;
  /// find() along keys; a null pointer as soon as a key is missing.
  const Value* find_path(std::initializer_list<std::string_view> keys) const;

  /// Levels of containers: 0 for a scalar, 1 for `[]`. Never above limits::value_depth.
  uint32_t depth() const;
  /// About the bytes of its JSON text, shared parts counted each time; saturates. Costs nothing.
  uint64_t weight() const;
  /// Both share the same storage (cheap test before a deep comparison).
  bool same_storage(const Value& other) const;

  /// Deep equality as Java's maps and lists have it, but numbers by value (1 == 1.0, EXPR-18); maps ignore order.
  friend bool operator==(const Value& a, const Value& b);

 private:
  friend class ListBuilder;
  friend class MapBuilder;
  struct Node;
  struct TextNode;
  struct ListNode;
  struct MapNode;
  struct ZonedNode;

  Value(Kind kind, bool narrow, uint32_t nanos, int64_t bits)
      : bits_(bits), nanos_(nanos), kind_(kind), narrow_(narrow) {}
  static Value of_node(Kind kind, Node* node);
  bool has_node() const;
  Node* node() const;
  void retain() const;
  void release();
  static void destroy(Kind kind, Node* node);

  int64_t bits_ = 0;  // the integer, the double's bits, seconds, or the address of a node
  uint32_t nanos_ = 0;
  Kind kind_ = Kind::null;
  bool narrow_ = false;
};
static_assert(sizeof(Value) == 16);

/// One entry of a map: `key` is a string value.
struct MapEntry {
  Value key;
  Value value;
  std::string_view name() const { return key.text(); }
};

/// A date-time value: the point of time, and how the author's zone wrote it.
struct ZonedDateTime {
  Instant instant;
  int32_t offset_seconds = 0;
  std::string_view zone;  ///< `Europe/Paris`, `Z` or `+02:00`; valid as long as the value
};

/// Collects the items of a list. Before nesting values of unknown depth, check `may_nest`.
class ListBuilder {
 public:
  void reserve(size_t count) { items_.reserve(count); }
  void push(Value value) { items_.push_back(std::move(value)); }
  size_t size() const { return items_.size(); }
  std::span<const Value> items() const { return items_; }
  Value build();

 private:
  std::vector<Value> items_;
};

/// Collects the entries of a map; a key set again keeps its place and takes the new value.
class MapBuilder {
 public:
  MapBuilder() = default;
  /// Starts with the entries of a map (anything else counts as empty).
  explicit MapBuilder(const Value& map);
  void reserve(size_t count) { entries_.reserve(count); }
  void set(std::string_view key, Value value);
  /// `key` is a string value; saves copying its text.
  void set(const Value& key, Value value);
  /// Sets only if the key does not exist yet; true if it was set.
  bool set_if_absent(std::string_view key, Value value);
  bool remove(std::string_view key);
  const Value* find(std::string_view key) const;
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  std::span<const MapEntry> entries() const { return entries_; }
  Value build();

 private:
  MapEntry* lookup(std::string_view key);
  void index_all();
  std::vector<MapEntry> entries_;
  std::vector<uint32_t> buckets_;  // open addressing, positions + 1; empty while few entries
};

/// Whether this value may become an item of a container without exceeding limits::value_depth.
bool may_nest(const Value& value);

/// Deep merge: maps merge by key (entries of `over` win), anything else is replaced by `over`.
Value deep_merge(const Value& under, const Value& over);

/// A hash that agrees with operator==.
size_t hash_of(const Value& value);

}  // namespace gyr::base
