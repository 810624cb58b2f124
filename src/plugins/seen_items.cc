#include "plugins/seen_items.h"

#include <fmt/format.h>

#include <unordered_map>

#include "plugins/host_calls.h"
#include "syntax/time.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, plugins::FiresOn>> EnumNames<plugins::FiresOn>::names() {
  using plugins::FiresOn;
  static constexpr std::pair<std::string_view, FiresOn> all[] = {
      {"CREATE", FiresOn::create}, {"UPDATE", FiresOn::update}, {"CREATE_OR_UPDATE", FiresOn::create_or_update}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugins {

using base::Value;

namespace {

base::Error damaged_state() {
  return {plugin::task_failed, "it is not a list of items with uri, version, modifiedAt and lastSeenAt"};
}

base::Result<std::string> text_member(const Value& map, std::string_view name) {
  const Value* member = map.find(name);
  if (member == nullptr || !member->is_string()) return base::fail(damaged_state());
  return std::string(member->text());
}

base::Result<base::Instant> date_member(const Value& map, std::string_view name) {
  GYR_TRY(const std::string text, text_member(map, name));
  GYR_TRY(auto date, syntax::parse_date_time(text));
  return base::Instant{date.seconds - date.offset_seconds.value_or(0), date.nanos};
}

}  // namespace

base::Result<SeenItems> SeenItems::read(const Value& value) {
  SeenItems seen;
  if (value.is_null()) return seen;
  if (!value.is_list()) return base::fail(damaged_state());
  for (const Value& entry : value.items()) {
    if (!entry.is_map()) return base::fail(damaged_state());
    Entry& read = seen.entries_.emplace_back();
    GYR_TRY(read.item.uri, text_member(entry, "uri"));
    GYR_TRY(read.item.version, text_member(entry, "version"));
    GYR_TRY(read.item.modified_at, date_member(entry, "modifiedAt"));
    GYR_TRY(read.last_seen_at, date_member(entry, "lastSeenAt"));
  }
  return seen;
}

Value SeenItems::to_value() const {
  base::ListBuilder list;
  for (const Entry& entry : entries_) {
    list.push(Value::map({{"uri", Value::string(entry.item.uri)},
                          {"version", Value::string(entry.item.version)},
                          {"modifiedAt", Value::string(syntax::format_instant(entry.item.modified_at))},
                          {"lastSeenAt", Value::string(syntax::format_instant(entry.last_seen_at))}}));
  }
  return list.build();
}

std::vector<ListedItem> SeenItems::take(std::span<const ListedItem> listed, const SeenItemsOptions& options,
                                        base::Instant now) {
  if (options.state_ttl) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.last_seen_at + *options.state_ttl < now; });
  }
  std::unordered_map<std::string, size_t> places;
  for (size_t i = 0; i < entries_.size(); ++i) places.emplace(entries_[i].item.uri, i);
  std::vector<ListedItem> fires;
  for (const ListedItem& item : listed) {
    const auto [place, is_new] = places.try_emplace(item.uri, entries_.size());
    if (is_new) entries_.push_back({item, now});
    Entry& entry = entries_[place->second];
    const bool is_changed = !is_new && entry.item.version != item.version;
    entry = {item, now};
    if ((is_new && options.on != FiresOn::update) || (is_changed && options.on != FiresOn::create))
      fires.push_back(item);
  }
  return fires;
}

base::Task<std::vector<ListedItem>> take_new_items(plugin::RunContext* context, std::string trigger_id,
                                                   SeenItemsOptions options, std::vector<ListedItem> listed) {
  const plugin::RunInfo& info = context->info();
  const std::string key = options.state_key.empty() ? fmt::format("{}_{}_{}", info.namespace_, info.flow_id, trigger_id)
                                                    : options.state_key;
  SeenItems seen;
  auto found = co_await context->host_call(
      host_calls::kv_get, Value::map({{"namespace", Value::string(info.namespace_)}, {"key", Value::string(key)}}));
  if (!found) {
    context->log(model::LogLevel::warn, fmt::format("cannot read the state '{}', so all items count as new: {}", key,
                                                    found.error().message()));
  } else if (const Value* value = found->find("value"); value != nullptr) {
    auto read = SeenItems::read(*value);
    if (!read)
      context->log(model::LogLevel::warn, fmt::format("the state '{}' is damaged, so all items count as new: {}", key,
                                                      read.error().message()));
    if (read) seen = *std::move(read);
  }
  std::vector<ListedItem> fires = seen.take(listed, options, context->now());
  auto written = co_await context->host_call(
      host_calls::kv_set,
      Value::map(
          {{"namespace", Value::string(info.namespace_)}, {"key", Value::string(key)}, {"value", seen.to_value()}}));
  if (!written)
    context->log(model::LogLevel::warn, fmt::format("cannot write the state '{}': {}", key, written.error().message()));
  co_return fires;
}

}  // namespace gyr::plugins
