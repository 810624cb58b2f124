// The waits of a connection: for input, for space to write, for deadlines.
#include "base/assert.h"
#include "net/server_connection.h"

namespace gyr::net {

void ServerConnection::InputAwaiter::await_suspend(std::coroutine_handle<> awaiter) const {
  GYR_ASSERT(!connection.reader_ && !connection.eof_ && !connection.in_.full());
  connection.reader_ = awaiter;
  connection.reader_wake_ = Wake::input;
  connection.read_deadline_ = deadline;
  connection.burst_ = 0;
  connection.arm_watch();
  connection.arm_timer();
}

ServerConnection::Wake ServerConnection::InputAwaiter::await_resume() const {
  connection.read_deadline_ = never;
  return connection.closed_ ? Wake::closing : connection.reader_wake_;
}

void ServerConnection::WritableAwaiter::await_suspend(std::coroutine_handle<> awaiter) const {
  GYR_ASSERT(!connection.writer_);
  connection.writer_ = awaiter;
  connection.writer_wake_ = Wake::input;
  connection.write_deadline_ = deadline;
  connection.burst_ = 0;
  connection.transport_->wait_writable([self = connection.shared_from_this()] { self->on_writable(); });
  connection.arm_timer();
}

ServerConnection::Wake ServerConnection::WritableAwaiter::await_resume() const {
  connection.write_deadline_ = never;
  return connection.closed_ ? Wake::closing : connection.writer_wake_;
}

void ServerConnection::arm_watch() {
  if (watching_ || eof_ || closed_ || in_.full()) return;
  in_.release();
  watching_ = true;
  transport_->wait_readable([self = shared_from_this()] { self->on_readable(); });
}

void ServerConnection::on_readable() {
  watching_ = false;
  if (closed_) return;
  fill();
  if (reader_) {
    wake_reader(Wake::input);
  } else {
    arm_watch();
  }
  if (eof_) gone_.cancel();
}

void ServerConnection::on_writable() { wake_writer(Wake::input); }

void ServerConnection::fill() {
  Transport::Outcome outcome = transport_->read(in_.prepare());
  switch (outcome.kind) {
    case Transport::Kind::bytes: in_.commit(outcome.bytes); break;
    case Transport::Kind::would_block: break;
    case Transport::Kind::failed:
      broken_ = true;
      eof_ = true;
      break;
    case Transport::Kind::end: eof_ = true; break;
  }
}

void ServerConnection::wake_reader(Wake reason) {
  if (!reader_) return;
  reader_wake_ = reason;
  std::exchange(reader_, nullptr).resume();
}

void ServerConnection::wake_writer(Wake reason) {
  if (!writer_) return;
  writer_wake_ = reason;
  std::exchange(writer_, nullptr).resume();
}

void ServerConnection::arm_timer() {
  const base::MonotonicTime due = std::min(read_deadline_, write_deadline_);
  if (due == never || closed_) return;
  if (timer_ != 0) {
    if (timer_at_ <= due) return;  // it fires before and looks again: deadlines mostly move away
    core_.loop.cancel_timer(timer_);
  }
  timer_at_ = due;
  timer_ = core_.loop.start_timer(due, [this] { on_timer(); });
}

void ServerConnection::on_timer() {
  auto self = shared_from_this();
  timer_ = 0;
  const base::MonotonicTime now = core_.loop.now();
  const bool read_late = read_deadline_ <= now;
  const bool write_late = write_deadline_ <= now;
  if (read_late) read_deadline_ = never;
  if (write_late) write_deadline_ = never;
  arm_timer();
  if (read_late) wake_reader(Wake::timeout);
  if (write_late) wake_writer(Wake::timeout);
}

}  // namespace gyr::net
