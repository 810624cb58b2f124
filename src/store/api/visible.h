// What the caller of a read may see: a part of each question to the store, never a filter over its answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gyr::web {
class Authorisation;
}
namespace gyr::store::test {
class Callers;
}

namespace gyr::store {

/// The namespaces that a caller may see, with their child namespaces: all of them, some, or none. Every read of tenant
/// data that lists or searches takes one. There are only two ways to get one: Request::visible() for requests, which
/// the authorisation makes, and internal() for the work of the server itself. Immutable, cheap to copy, thread-safe.
class Visible {
 public:
  /// Everything, for background work. `reason` says why no caller has to be asked; a check of the repository refuses
  /// this call in the module web.
  static Visible internal([[maybe_unused]] std::string_view reason) { return Visible(nullptr); }

  bool everything() const { return prefixes_ == nullptr; }
  bool nothing() const { return prefixes_ != nullptr && prefixes_->empty(); }
  /// Whether the namespace, or a parent of it, is visible: `a.b` covers `a.b` and `a.b.c`, but not `a.bc`.
  bool covers(std::string_view namespace_) const;
  /// The visible namespaces in order, without those that another one covers. Empty if `everything`.
  const std::vector<std::string>& prefixes() const;

 private:
  friend class web::Authorisation;
  friend class test::Callers;
  using Prefixes = std::shared_ptr<const std::vector<std::string>>;

  explicit Visible(Prefixes prefixes) : prefixes_(std::move(prefixes)) {}
  /// The empty name stands for the whole tenant.
  static Visible below(std::vector<std::string> namespaces);

  Prefixes prefixes_;  // null: everything
};

}  // namespace gyr::store
