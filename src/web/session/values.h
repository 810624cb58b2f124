// Logging in, as JSON.
#pragma once

#include <string>

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A name and its password.
struct Credentials {
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

}  // namespace gyr::web
