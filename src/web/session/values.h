// Logging in, as JSON.
#pragma once

#include <optional>
#include <string>

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A name and its password.
struct Credentials {
  std::string username;
  std::string password;
};

/// The account that is created on an empty server. Missing credentials are reported like other invalid ones.
struct FirstAccount {
  std::optional<std::string> uid;
  std::string username;
  std::string password;
};

}  // namespace json

template <>
struct Described<json::Credentials> {
  using T = json::Credentials;
  static constexpr std::string_view name = "Credentials";
  static constexpr auto fields = std::tuple(field("username", &T::username), field("password", &T::password));
};

template <>
struct Described<json::FirstAccount> {
  using T = json::FirstAccount;
  static constexpr std::string_view name = "FirstAccount";
  static constexpr auto fields =
      std::tuple(field("uid", &T::uid, {.documentation = "Without effect; some clients name the installation"}),
                 field("username", &T::username, {.documentation = "A mail address"}), field("password", &T::password));
};

}  // namespace gyr::web
