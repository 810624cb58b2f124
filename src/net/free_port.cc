#include "net/free_port.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace gyr::net {

base::Result<uint16_t> free_port() {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return base::fail(no_free_port, fmt::format("cannot reserve a port: {}", std::strerror(errno)));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
               ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  int reason = errno;
  ::close(fd);
  if (!bound) return base::fail(no_free_port, fmt::format("cannot reserve a port: {}", std::strerror(reason)));
  return ntohs(address.sin_port);
}

}  // namespace gyr::net
