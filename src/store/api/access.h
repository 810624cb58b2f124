// What the caller of a write may change.
#pragma once

#include <string_view>
#include <utility>

#include "store/api/visible.h"

namespace gyr::store {

/// What a caller may do with the entities of a tenant. Every write of the module web takes one, and every read of one
/// entity by its key is judged by it after loading. Requests have Request::access(), which the authorisation makes;
/// internal() is for the work of the server itself. Immutable, cheap to copy, thread-safe.
class Access {
 public:
  /// Everything, for background work; see Visible::internal().
  static Access internal(std::string_view reason) { return {Visible::internal(reason), Visible::internal(reason)}; }

  /// The namespaces in which the caller may do what it asks for: the condition of its lists.
  const Visible& visible() const { return allowed_; }
  bool everything() const { return allowed_.everything(); }
  /// Whether the caller may do what it asks for with an entity of this namespace.
  bool allows(std::string_view namespace_) const { return allowed_.covers(namespace_); }
  /// Whether the caller may read entities of this namespace. What may not be read is answered like what does not exist.
  bool may_read(std::string_view namespace_) const { return readable_.covers(namespace_); }

 private:
  friend class web::Authorisation;
  friend class test::Callers;
  Access(Visible allowed, Visible readable) : allowed_(std::move(allowed)), readable_(std::move(readable)) {}

  Visible allowed_;
  Visible readable_;
};

}  // namespace gyr::store
