// What polling triggers over listings (files of a folder, objects of a bucket) remember between two looks (TRIG-146).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "base/task.h"
#include "base/value.h"
#include "model/bind.h"
#include "model/schema.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins {

/// Which changes of a listing start executions.
enum class FiresOn : uint8_t { create, update, create_or_update };

/// One thing of a listing. The version is whatever changes with its content: an etag, a checksum, a date.
struct ListedItem {
  std::string uri;
  std::string version;
  base::Instant modified_at;
  friend bool operator==(const ListedItem&, const ListedItem&) = default;
};

/// The properties that such triggers share: `on`, `stateKey`, `stateTtl`.
struct SeenItemsOptions {
  FiresOn on = FiresOn::create_or_update;
  std::string state_key;                    ///< empty: `<namespace>_<flowId>_<triggerId>`
  std::optional<base::Duration> state_ttl;  ///< what was not listed for so long is forgotten, and would be new again
};

/// The items of earlier listings. Plain data; one thread.
class SeenItems {
 public:
  /// From the value of the key: a list of maps `{uri, version, modifiedAt, lastSeenAt}`.
  static base::Result<SeenItems> read(const base::Value& value);
  base::Value to_value() const;

  /// The items that fire, in order; from now on they have been seen.
  std::vector<ListedItem> take(std::span<const ListedItem> listed, const SeenItemsOptions& options, base::Instant now);

 private:
  struct Entry {
    ListedItem item;
    base::Instant last_seen_at;
  };
  std::vector<Entry> entries_;
};

/// Reads the state from its key, determines the items that fire and writes the state back. If the state cannot be read
/// or written, that is logged and no item counts as seen: a duplicate event is better than a lost event.
base::Task<std::vector<ListedItem>> take_new_items(plugin::RunContext* context, std::string trigger_id,
                                                   SeenItemsOptions options, std::vector<ListedItem> listed);

}  // namespace gyr::plugins

namespace gyr::model {

GYR_NAMED_ENUM(plugins::FiresOn, "io.kestra.core.models.triggers.StatefulTriggerInterface$On");

}  // namespace gyr::model
