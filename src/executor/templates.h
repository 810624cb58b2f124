// Stored templates in memory: what flows that are made ready take in (TASK-41).
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
#include "store/store.h"

namespace gyr::executor {

/// The newest version of every template of all tenants. Templates are a deprecated feature that is off unless the
/// configuration says otherwise: then nothing is read and nothing found. Any thread.
class Templates {
 public:
  /// Before the first read.
  void enable() { enabled_ = true; }
  bool enabled() const { return enabled_; }
  /// At the start, and after each commit of a template, with a reader that has asked nothing yet.
  base::Result<void> read(store::Reader& reader);
  /// Goes on with each read: what was made ready before is out of date.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  /// Null where there is none.
  model::StoredTemplatePtr find(std::string_view tenant, std::string_view namespace_, std::string_view id) const;
  /// Just these versions, whatever is the newest; of one that cannot be found any more the pointer is null.
  using Versions = std::vector<std::pair<model::UsedTemplate, model::StoredTemplatePtr>>;
  base::Result<Versions> versions(store::Reader& reader, std::string_view tenant, std::string_view text) const;

 private:
  using Name = std::tuple<std::string, std::string, std::string>;  // tenant, namespace, id
  bool enabled_ = false;
  std::mutex reading_;  ///< one reads after the other, so that the newest stays
  mutable std::shared_mutex mutex_;
  std::map<Name, model::StoredTemplatePtr> entries_;
  std::atomic<uint64_t> generation_{0};
};

}  // namespace gyr::executor
