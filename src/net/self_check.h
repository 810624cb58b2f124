// For `gyr --self-check` alone: only net sees Asio.
#pragma once

namespace gyr::net {

/// Always throws a boost::system::system_error.
void throw_by_asio();

}  // namespace gyr::net
