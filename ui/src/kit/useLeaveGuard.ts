export { useLeaveGuard } from '@/kit/useLeaveGuard';
