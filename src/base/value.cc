#include "base/value.h"

#include <atomic>
#include <bit>
#include <cstring>
#include <new>

#include "base/assert.h"
#include "base/hash.h"
#include "base/limits.h"

namespace gyr::base {

// Heap parts. Each is one allocation: the header, then the characters, items or entries.
struct Value::Node {
  std::atomic<uint32_t> references{1};
  uint32_t size = 0;
  uint64_t weight = 0;
  uint32_t depth = 0;
  uint32_t bucket_count = 0;  // of a map with an index
};

struct Value::TextNode : Node {
  char* characters() { return reinterpret_cast<char*>(this + 1); }
  static TextNode* make(std::string_view text) {
    GYR_ASSERT(text.size() <= limits::value_size);
    auto* node = new (::operator new(sizeof(TextNode) + text.size())) TextNode;
    node->size = static_cast<uint32_t>(text.size());
    node->weight = text.size() + 2;
    if (!text.empty()) std::memcpy(node->characters(), text.data(), text.size());
    return node;
  }
};

struct Value::ListNode : Node {
  Value* items() { return reinterpret_cast<Value*>(this + 1); }
};

struct Value::MapNode : Node {
  MapEntry* entries() { return reinterpret_cast<MapEntry*>(this + 1); }
  uint32_t* buckets() { return reinterpret_cast<uint32_t*>(entries() + size); }
};

struct Value::ZonedNode : Node {
  ZonedNode(int64_t seconds, uint32_t nanos, int32_t offset_seconds, Value zone)
      : seconds(seconds), nanos(nanos), offset_seconds(offset_seconds), zone(std::move(zone)) {}
  int64_t seconds;
  uint32_t nanos;
  int32_t offset_seconds;
  Value zone;
};

namespace {

constexpr size_t entries_without_index = 8;

uint32_t bucket_count_for(size_t entries) { return std::bit_ceil(static_cast<uint32_t>(entries) * 2); }

void insert_bucket(uint32_t* buckets, uint32_t count, std::string_view key, uint32_t position) {
  auto slot = static_cast<uint32_t>(hash_text(key)) & (count - 1);
  while (buckets[slot] != 0) slot = (slot + 1) & (count - 1);
  buckets[slot] = position + 1;
}

template <class Entry>
Entry* find_bucket(const uint32_t* buckets, uint32_t count, Entry* entries, std::string_view key) {
  auto slot = static_cast<uint32_t>(hash_text(key)) & (count - 1);
  while (buckets[slot] != 0) {
    Entry* entry = entries + (buckets[slot] - 1);
    if (entry->name() == key) return entry;
    slot = (slot + 1) & (count - 1);
  }
  return nullptr;
}

uint64_t saturating_add(uint64_t a, uint64_t b) {
  uint64_t sum = a + b;
  return sum < a ? UINT64_MAX : sum;
}

}  // namespace

bool Value::has_node() const {
  return kind_ == Kind::string || kind_ == Kind::list || kind_ == Kind::map || kind_ == Kind::decimal ||
         kind_ == Kind::zoned_date_time;
}

Value::Node* Value::node() const { return std::bit_cast<Node*>(bits_); }

Value Value::of_node(Kind kind, Node* node) { return Value(kind, false, 0, std::bit_cast<int64_t>(node)); }

void Value::retain() const {
  if (has_node()) node()->references.fetch_add(1, std::memory_order_relaxed);
}

void Value::release() {
  if (!has_node()) return;
  Node* shared = node();
  // A last owner needs no atomic write.
  if (shared->references.load(std::memory_order_acquire) == 1 ||
      shared->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    destroy(kind_, shared);
  }
}

void Value::destroy(Kind kind, Node* node) {
  switch (kind) {
    case Kind::list: {
      auto* list = static_cast<ListNode*>(node);
      std::destroy_n(list->items(), list->size);
      list->~ListNode();
      break;
    }
    case Kind::map: {
      auto* map = static_cast<MapNode*>(node);
      std::destroy_n(map->entries(), map->size);
      map->~MapNode();
      break;
    }
    case Kind::zoned_date_time: static_cast<ZonedNode*>(node)->~ZonedNode(); break;
    default: static_cast<TextNode*>(node)->~TextNode();
  }
  ::operator delete(node);
}

Value::Value(const Value& other) noexcept
    : bits_(other.bits_), nanos_(other.nanos_), kind_(other.kind_), narrow_(other.narrow_) {
  retain();
}

Value::Value(Value&& other) noexcept
    : bits_(other.bits_), nanos_(other.nanos_), kind_(other.kind_), narrow_(other.narrow_) {
  other.kind_ = Kind::null;
}

Value& Value::operator=(const Value& other) noexcept {
  other.retain();
  release();
  bits_ = other.bits_;
  nanos_ = other.nanos_;
  kind_ = other.kind_;
  narrow_ = other.narrow_;
  return *this;
}

Value& Value::operator=(Value&& other) noexcept {
  if (this == &other) return *this;
  release();
  bits_ = other.bits_;
  nanos_ = other.nanos_;
  kind_ = other.kind_;
  narrow_ = other.narrow_;
  other.kind_ = Kind::null;
  return *this;
}

Value::~Value() { release(); }

Value Value::boolean(bool value) { return Value(Kind::boolean, false, 0, value ? 1 : 0); }
Value Value::integer(int64_t value) { return Value(Kind::integer, false, 0, value); }
Value Value::narrow_integer(int32_t value) { return Value(Kind::integer, true, 0, value); }
Value Value::fitting_integer(int64_t value) {
  return Value(Kind::integer, value >= INT32_MIN && value <= INT32_MAX, 0, value);
}
Value Value::number(double value) { return Value(Kind::number, false, 0, std::bit_cast<int64_t>(value)); }
Value Value::narrow_number(float value) {
  return Value(Kind::number, true, 0, std::bit_cast<int64_t>(static_cast<double>(value)));
}
Value Value::decimal(std::string_view text) { return of_node(Kind::decimal, TextNode::make(text)); }
Value Value::string(std::string_view text) { return of_node(Kind::string, TextNode::make(text)); }
Value Value::instant(Instant value) { return Value(Kind::instant, false, value.nanos, value.seconds); }
Value Value::duration(Duration value) { return Value(Kind::duration, false, value.nanos, value.seconds); }
Value Value::local_date_time(int64_t seconds, uint32_t nanos) {
  return Value(Kind::local_date_time, false, nanos, seconds);
}
Value Value::local_date(int64_t days) { return Value(Kind::local_date, false, 0, days); }
Value Value::local_time(int64_t nanos_of_day) { return Value(Kind::local_time, false, 0, nanos_of_day); }

Value Value::zoned_date_time(Instant instant, int32_t offset_seconds, std::string_view zone) {
  auto* node = new (::operator new(sizeof(ZonedNode)))
      ZonedNode(instant.seconds, instant.nanos, offset_seconds, Value::string(zone));
  node->weight = 40;
  return of_node(Kind::zoned_date_time, node);
}

Value Value::list(std::span<const Value> items) {
  GYR_ASSERT(items.size() <= limits::value_size);
  auto* node = new (::operator new(sizeof(ListNode) + items.size() * sizeof(Value))) ListNode;
  node->size = static_cast<uint32_t>(items.size());
  node->weight = 2 + items.size();
  uint32_t depth = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    new (node->items() + i) Value(items[i]);
    depth = std::max(depth, items[i].depth());
    node->weight = saturating_add(node->weight, items[i].weight());
  }
  node->depth = depth + 1;
  GYR_ASSERT(node->depth <= limits::value_depth);
  return of_node(Kind::list, node);
}

Value Value::list(std::initializer_list<Value> items) {
  return list(std::span<const Value>(items.begin(), items.size()));
}

Value Value::map(std::initializer_list<std::pair<std::string_view, Value>> entries) {
  MapBuilder builder;
  builder.reserve(entries.size());
  for (const auto& [key, value] : entries) builder.set(key, value);
  return builder.build();
}

Value Value::empty_list() {
  static const Value empty = list(std::span<const Value>());
  return empty;
}

Value Value::empty_map() {
  static const Value empty = MapBuilder().build();
  return empty;
}

bool Value::as_boolean() const {
  GYR_ASSERT(kind_ == Kind::boolean);
  return bits_ != 0;
}
int64_t Value::as_integer() const {
  GYR_ASSERT(kind_ == Kind::integer);
  return bits_;
}
double Value::as_number() const {
  GYR_ASSERT(kind_ == Kind::number);
  return std::bit_cast<double>(bits_);
}
std::string_view Value::text() const {
  GYR_ASSERT(kind_ == Kind::string || kind_ == Kind::decimal);
  auto* text = static_cast<TextNode*>(node());
  return {text->characters(), text->size};
}
Instant Value::as_instant() const {
  GYR_ASSERT(kind_ == Kind::instant);
  return {bits_, nanos_};
}
Duration Value::as_duration() const {
  GYR_ASSERT(kind_ == Kind::duration);
  return {bits_, nanos_};
}
ZonedDateTime Value::as_zoned() const {
  GYR_ASSERT(kind_ == Kind::zoned_date_time);
  auto* zoned = static_cast<ZonedNode*>(node());
  return {{zoned->seconds, zoned->nanos}, zoned->offset_seconds, zoned->zone.text()};
}
Instant Value::as_local_date_time() const {
  GYR_ASSERT(kind_ == Kind::local_date_time);
  return {bits_, nanos_};
}
int64_t Value::as_local_date() const {
  GYR_ASSERT(kind_ == Kind::local_date);
  return bits_;
}
int64_t Value::as_local_time() const {
  GYR_ASSERT(kind_ == Kind::local_time);
  return bits_;
}
std::span<const Value> Value::items() const {
  GYR_ASSERT(kind_ == Kind::list);
  auto* list = static_cast<ListNode*>(node());
  return {list->items(), list->size};
}
std::span<const MapEntry> Value::entries() const {
  GYR_ASSERT(kind_ == Kind::map);
  auto* map = static_cast<MapNode*>(node());
  return {map->entries(), map->size};
}

size_t Value::size() const {
  if (kind_ == Kind::string || kind_ == Kind::list || kind_ == Kind::map || kind_ == Kind::decimal) return node()->size;
  return 0;
}

const Value* Value::find(std::string_view key) const {
  if (kind_ != Kind::map) return nullptr;
  auto* map = static_cast<MapNode*>(node());
  MapEntry* entries = map->entries();
  if (map->bucket_count != 0) {
    const MapEntry* entry = find_bucket(map->buckets(), map->bucket_count, entries, key);
    return entry == nullptr ? nullptr : &entry->value;
  }
  for (uint32_t i = 0; i < map->size; ++i) {
    if (entries[i].name() == key) return &entries[i].value;
  }
  return nullptr;
}

const Value* Value::at(size_t index) const {
  if (kind_ != Kind::list || index >= node()->size) return nullptr;
  return static_cast<ListNode*>(node())->items() + index;
}

const Value* Value::find_path(std::initializer_list<std::string_view> keys) const {
  const Value* value = this;
  for (std::string_view key : keys) {
    value = value->find(key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

uint32_t Value::depth() const { return is_container() ? node()->depth : 0; }

uint64_t Value::weight() const {
  switch (kind_) {
    case Kind::null:
    case Kind::boolean: return 4;
    case Kind::integer:
    case Kind::number: return 8;
    case Kind::string:
    case Kind::decimal:
    case Kind::list:
    case Kind::map:
    case Kind::zoned_date_time: return node()->weight;
    default: return 24;
  }
}

bool Value::same_storage(const Value& other) const {
  return kind_ == other.kind_ && has_node() && bits_ == other.bits_;
}

// ---------------------------------------------------------------------------------------------- builders

Value ListBuilder::build() {
  Value list = Value::list(std::span<const Value>(items_));
  items_.clear();
  return list;
}

MapBuilder::MapBuilder(const Value& map) {
  if (!map.is_map()) return;
  auto entries = map.entries();
  entries_.assign(entries.begin(), entries.end());
  if (entries_.size() > entries_without_index) index_all();
}

void MapBuilder::index_all() {
  buckets_.assign(bucket_count_for(entries_.size() + 1), 0);
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    insert_bucket(buckets_.data(), static_cast<uint32_t>(buckets_.size()), entries_[i].name(), i);
  }
}

MapEntry* MapBuilder::lookup(std::string_view key) {
  if (!buckets_.empty()) {
    return find_bucket(buckets_.data(), static_cast<uint32_t>(buckets_.size()), entries_.data(), key);
  }
  for (auto& entry : entries_) {
    if (entry.name() == key) return &entry;
  }
  return nullptr;
}

const Value* MapBuilder::find(std::string_view key) const {
  const MapEntry* entry = const_cast<MapBuilder*>(this)->lookup(key);
  return entry == nullptr ? nullptr : &entry->value;
}

void MapBuilder::set(std::string_view key, Value value) {
  if (MapEntry* entry = lookup(key)) {
    entry->value = std::move(value);
    return;
  }
  set(Value::string(key), std::move(value));
}

void MapBuilder::set(const Value& key, Value value) {
  if (MapEntry* entry = lookup(key.text())) {
    entry->value = std::move(value);
    return;
  }
  entries_.push_back({key, std::move(value)});
  if (entries_.size() <= entries_without_index) return;
  if (entries_.size() * 2 > buckets_.size()) {
    index_all();
  } else {
    insert_bucket(buckets_.data(), static_cast<uint32_t>(buckets_.size()), key.text(),
                  static_cast<uint32_t>(entries_.size() - 1));
  }
}

bool MapBuilder::set_if_absent(std::string_view key, Value value) {
  if (lookup(key) != nullptr) return false;
  set(Value::string(key), std::move(value));
  return true;
}

bool MapBuilder::remove(std::string_view key) {
  MapEntry* entry = lookup(key);
  if (entry == nullptr) return false;
  entries_.erase(entries_.begin() + (entry - entries_.data()));
  buckets_.clear();
  if (entries_.size() > entries_without_index) index_all();
  return true;
}

Value MapBuilder::build() {
  GYR_ASSERT(entries_.size() <= limits::value_size);
  uint32_t bucket_count = entries_.size() > entries_without_index ? bucket_count_for(entries_.size()) : 0;
  auto* node = new (::operator new(sizeof(Value::MapNode) + entries_.size() * sizeof(MapEntry) +
                                   bucket_count * sizeof(uint32_t))) Value::MapNode;
  node->size = static_cast<uint32_t>(entries_.size());
  node->bucket_count = bucket_count;
  node->weight = 2;
  uint32_t depth = 0;
  std::fill_n(node->buckets(), bucket_count, 0U);
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    depth = std::max(depth, entries_[i].value.depth());
    node->weight = saturating_add(node->weight, entries_[i].key.weight() + 2);
    node->weight = saturating_add(node->weight, entries_[i].value.weight());
    auto* entry = new (node->entries() + i) MapEntry(std::move(entries_[i]));
    if (bucket_count != 0) insert_bucket(node->buckets(), bucket_count, entry->name(), i);
  }
  node->depth = depth + 1;
  GYR_ASSERT(node->depth <= limits::value_depth);
  entries_.clear();
  buckets_.clear();
  return Value::of_node(Value::Kind::map, node);
}

bool may_nest(const Value& value) { return value.depth() < limits::value_depth; }

Value deep_merge(const Value& under, const Value& over) {
  if (!under.is_map() || !over.is_map()) return over;
  MapBuilder merged(under);
  for (const auto& entry : over.entries()) {
    const Value* existing = under.find(entry.name());
    merged.set(entry.key, existing == nullptr ? entry.value : deep_merge(*existing, entry.value));
  }
  return merged.build();
}

}  // namespace gyr::base
