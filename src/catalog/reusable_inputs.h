// Sets of inputs that flows share, in memory, for the flows that refer to them.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "model/reusable_inputs.h"
#include "store/entities/reusable_inputs.h"
#include "store/store.h"

namespace gyr::executor {

/// All revisions of the sets of all tenants: there are few, and they are small. Thread-safe.
class ReusableInputSets {
 public:
  /// Call it at the start, and after each commit of a set, with a reader that has not read anything yet.
  base::Result<void> read(store::Reader& reader);

  /// The set with this id in the namespace or the nearest parent that has it; without a revision: the newest one. The
  /// error says what is missing and where it was searched.
  base::Result<model::ReusableInputsPtr> find(std::string_view tenant, std::string_view namespace_, std::string_view id,
                                              std::optional<int32_t> revision, const model::TypeSource& types) const;
  /// Puts the sets that the inputs of a flow refer to in their places.
  void place(std::vector<model::Input>& inputs, const model::FlowKey& flow, const model::TypeSource& types) const;

 private:
  using Name = std::tuple<std::string, std::string, std::string>;  // tenant, namespace, id
  std::mutex reading_;  ///< reads are serialized, so that the newest one wins
  mutable std::shared_mutex mutex_;
  std::map<Name, std::vector<store::ReusableInputsRow>> sets_;  // revisions in order; none of a deleted set
};

}  // namespace gyr::executor
