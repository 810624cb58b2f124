// Stored templates in memory, for the flows that use them (TASK-41).
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "model/template_expansion.h"
#include "store/entities/template.h"
#include "store/store.h"

namespace gyr::executor {

/// The newest version of every template of all tenants. Templates are deprecated and off by default: then nothing is
/// read and nothing is found. Thread-safe.
class Templates {
 public:
  /// Call it before the first read.
  void enable() { enabled_ = true; }
  bool enabled() const { return enabled_; }
  /// Call it at the start, and after each commit of a template, with a reader that has not read anything yet.
  base::Result<void> read(store::Reader& reader);
  /// Increments with each read: flows that were compiled before are out of date.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  /// Null if it does not exist.
  model::StoredTemplatePtr find(std::string_view tenant, std::string_view namespace_, std::string_view id) const;
  /// Exactly these versions, even if they are not the newest; the pointer is null for a version that does not exist any
  /// more.
  using Versions = std::vector<std::pair<model::UsedTemplate, model::StoredTemplatePtr>>;
  base::Result<Versions> versions(store::Reader& reader, std::string_view tenant, std::string_view text) const;

 private:
  using Name = std::tuple<std::string, std::string, std::string>;  // tenant, namespace, id
  bool enabled_ = false;
  std::mutex reading_;  ///< reads are serialized, so that the newest one wins
  mutable std::shared_mutex mutex_;
  std::map<Name, model::StoredTemplatePtr> entries_;
  std::atomic<uint64_t> generation_{0};
};

}  // namespace gyr::executor
