/** Before the tests here run: what they load is there. */
export { installInterop as setup } from '../kit/interop.ts';
