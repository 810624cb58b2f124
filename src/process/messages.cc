#include "process/messages.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/codec.h"

namespace gyr::process {
namespace {

constexpr size_t max_fds = 4;

union ControlBuffer {
  char bytes[CMSG_SPACE(sizeof(int) * max_fds)];
  cmsghdr align;
};

void encode_texts(base::Encoder& encoder, const std::vector<std::string>& texts) {
  encoder.varint(texts.size());
  for (const auto& text : texts) encoder.bytes(text);
}

std::vector<std::string> decode_texts(base::Decoder& decoder) {
  std::vector<std::string> texts;
  for (size_t left = decoder.count(); left > 0 && decoder.ok(); --left) texts.emplace_back(decoder.bytes());
  return texts;
}

}  // namespace

std::string encode_header(Header header) {
  std::string out;
  base::Encoder encoder(out);
  encoder.byte(static_cast<uint8_t>(header.type));
  encoder.fixed64(header.id);
  return out;
}

std::optional<Header> decode_header(std::string_view message) {
  if (message.size() < header_size) return std::nullopt;
  base::Decoder decoder(message);
  Header header;
  header.type = static_cast<MessageType>(decoder.byte());
  header.id = decoder.fixed64();
  return header;
}

std::string encode_start_body(const StartRequest& request) {
  std::string out;
  base::Encoder encoder(out);
  encoder.varint(request.kill_grace_ms);
  encoder.bytes(request.directory);
  encode_texts(encoder, request.arguments);
  encoder.varint(request.environment.size());
  for (const auto& [name, value] : request.environment) {
    encoder.bytes(name);
    encoder.bytes(value);
  }
  encoder.byte(request.warm ? 1 : 0);
  if (request.warm) {
    encode_texts(encoder, request.warm->arguments);
    encoder.bytes(request.warm->starter);
    encoder.byte(request.warm->copies_itself ? 1 : 0);
    encoder.bytes(request.warm->script);
    encode_texts(encoder, request.warm->own_variables);
  }
  encoder.bytes(request.cgroup);
  return out;
}

std::string warm_key(const StartRequest& request) {
  const auto& own = request.warm->own_variables;
  StartRequest shared;
  for (const auto& variable : request.environment) {
    if (std::find(own.begin(), own.end(), variable.first) == own.end()) shared.environment.push_back(variable);
  }
  shared.warm = request.warm;
  shared.warm->script.clear();
  return encode_start_body(shared);
}

base::Result<StartRequest> decode_start_body(std::string_view body) {
  base::Decoder decoder(body);
  StartRequest request;
  request.kill_grace_ms = static_cast<uint32_t>(std::min<uint64_t>(decoder.varint(), UINT32_MAX));
  request.directory = decoder.bytes();
  request.arguments = decode_texts(decoder);
  for (size_t left = decoder.count(2); left > 0 && decoder.ok(); --left) {
    std::string name(decoder.bytes());
    request.environment.emplace_back(std::move(name), decoder.bytes());
  }
  if (decoder.byte() != 0) {
    WarmInterpreter& warm = request.warm.emplace();
    warm.arguments = decode_texts(decoder);
    warm.starter = decoder.bytes();
    warm.copies_itself = decoder.byte() != 0;
    warm.script = decoder.bytes();
    warm.own_variables = decode_texts(decoder);
    if (warm.arguments.empty()) decoder.set_damaged();
  }
  request.cgroup = decoder.bytes();
  if (!decoder.at_end() || request.arguments.empty()) decoder.set_damaged();
  GYR_CHECK(decoder.finish());
  return request;
}

std::string encode_report(const Report& report) {
  std::string out = encode_header(report.header);
  base::Encoder encoder(out);
  encoder.integer(report.value);
  encoder.byte(report.detail);
  return out;
}

std::optional<Report> decode_report(std::string_view message) {
  auto header = decode_header(message);
  if (!header) return std::nullopt;
  base::Decoder decoder(message.substr(header_size));
  Report report{*header, decoder.integer(), decoder.byte()};
  if (!decoder.ok() || !decoder.at_end()) return std::nullopt;
  return report;
}

int send_message(int socket, std::string_view message, std::initializer_list<int> fds, bool wait) {
  iovec part{const_cast<char*>(message.data()), message.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  ControlBuffer control{};
  if (fds.size() > 0) {
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* item = CMSG_FIRSTHDR(&header);
    item->cmsg_level = SOL_SOCKET;
    item->cmsg_type = SCM_RIGHTS;
    item->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    std::memcpy(CMSG_DATA(item), fds.begin(), sizeof(int) * fds.size());
  }
  int flags = MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT);
  for (;;) {
    if (::sendmsg(socket, &header, flags) >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

Received receive_message(int socket, char* buffer, size_t capacity, bool wait) {
  iovec part{buffer, capacity};
  ControlBuffer control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof(control.bytes);
  Received received;
  ssize_t count = -1;
  do {
    count = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    received.nothing = errno == EAGAIN || errno == EWOULDBLOCK;
    received.closed = !received.nothing;
    return received;
  }
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
    size_t bytes = item->cmsg_len - CMSG_LEN(0);
    for (size_t at = 0; at + sizeof(int) <= bytes; at += sizeof(int)) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(item) + at, sizeof(int));
      received.fds.emplace_back(fd);
    }
  }
  // An empty datagram looks like the end of the connection; no message is empty.
  received.closed = count == 0;
  if ((header.msg_flags & MSG_TRUNC) == 0) received.bytes = std::string_view(buffer, static_cast<size_t>(count));
  return received;
}

}  // namespace gyr::process
