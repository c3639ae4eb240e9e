# Crossnobis dissimilarities by their definition, pair by pair (numpy 1.24). Writes crossnobis.json.
import json, numpy as np
def data(n,T,R,uneven):
    stim,rep,X=[],[],[]
    for r in range(R):
        for i in range(n):
            times=1
            if uneven and (i+r)%5==0: times=0
            if uneven and (i==1 and r==2): times=2
            for q in range(times):
                stim.append(i); rep.append(r)
                X.append([ ((i*i*7+j*5+i*j*3)%11)/4. + ((i*17+j*29+r*31+q*7+i*j*r*3+r*r*j)%37)/16. + (j*r%3)/8.+100 for j in range(T)])
    return np.array(stim),np.array(rep),np.array(X)
def cov(S,X,how):
    res=np.array([x-X[S==s].mean(0) for s,x in zip(S,X)])
    N,T=res.shape; dof=N-len(set(S))
    if how=='none': return np.eye(T)
    if how=='diagonal': return np.diag((res**2).sum(0)/dof)
    outer=np.array([np.outer(r,r) for r in res])
    if how=='shrinkage':
        s=outer.sum(0)/dof; v=np.diag(s); sd=np.sqrt(v)
        sm=outer.sum(0)/sd[:,None]/sd[None]/dof; s2=(outer**2).sum(0)/v[:,None]/v[None]/dof
        vh=N/dof**2*(s2-sm**2); mask=~np.eye(T,dtype=bool)
        lam=max(min(vh[mask].sum()/(sm[mask]**2).sum(),1),0); print(how,lam)
        return s*(np.eye(T)+(1-lam)*mask)
    s=outer.sum(0)/N; b2=((outer**2).sum(0)/N-s*s).sum()/N; m=np.trace(s)/T; d2=((s-m*np.eye(T))**2).sum(); b2=min(b2,d2); print(how,b2/d2)
    return (b2/d2*m*np.eye(T)+(d2-b2)/d2*s)*N/dof
out=[]
for n,T,R,uneven in [(6,5,4,False),(7,4,5,True),(4,12,3,False)]:
    S,Rp,X=data(n,T,R,uneven)
    for how in ('shrinkage','shrinkage_eye','diagonal','none'):
        P=np.linalg.inv(cov(S,X,how)); d=[]
        for i in range(n):
            for k in range(i+1,n):
                each=[]
                for r in range(R):
                    a,b=X[(S==i)&(Rp==r)],X[(S==k)&(Rp==r)]; c,e=X[(S==i)&(Rp!=r)],X[(S==k)&(Rp!=r)]
                    if min(len(a),len(b),len(c),len(e)): each.append((a.mean(0)-b.mean(0))@P@(c.mean(0)-e.mean(0))/T)
                d.append(np.mean(each))
        out.append(dict(stimuli=n,neuroids=T,repetitions=R,uneven=uneven,noise=how,dissimilarities=d)); print(n,T,R,uneven,how,np.min(d),np.max(d))
json.dump(out,open('crossnobis.json','w'),indent=0)
